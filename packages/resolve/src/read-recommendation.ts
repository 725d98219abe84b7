import type { MatchRule } from "./match-rules.ts";
import type { ParsedRecommendation } from "./parsed-config.ts";
import { isJsonObject } from "@ptp/api";
import { list, text } from "./untrusted.ts";

/**
 * Reads one entry of `spec.recommend`, as far as it goes even if `problem` says that it cannot be used: the explanation
 * names it all the same.
 */
export function readRecommendation(value: unknown, index: number, problem: string | undefined): ParsedRecommendation {
  const entry = isJsonObject(value) ? value : {};
  const { profile, priority, match } = entry;
  const name = text(profile) ?? "";
  const wrong = problem ?? (name === "" ? "it names no profile" : undefined);
  return {
    index,
    profile: name,
    ...(typeof priority === "number" && !Number.isNaN(priority) ? { priority } : {}),
    match: list(match).map(readRule),
    ...(wrong === undefined ? {} : { problem: wrong }),
  };
}

/** What is no text counts as absent: validation has refused the recommendation already. */
function readRule(value: unknown): MatchRule {
  const rule = isJsonObject(value) ? value : {};
  const nodeName = text(rule["nodeName"]);
  const nodeLabel = text(rule["nodeLabel"]);
  return { ...(nodeName === undefined ? {} : { nodeName }), ...(nodeLabel === undefined ? {} : { nodeLabel }) };
}
