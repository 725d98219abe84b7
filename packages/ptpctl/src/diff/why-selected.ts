import { emptyMatchAnnotation } from "@ptp/api";
import { bareProfileName, type RecommendationExplanation } from "@ptp/resolve";
import type { InventoryObject } from "../input/inventory.ts";

/**
 * What decides that a profile is selected on a node or not: its recommendations with verdict and reason, and the rule of
 * the existing stack that differs, if one does.
 */
export function whySelected(
  qualifiedName: string,
  explanation: readonly RecommendationExplanation[],
  objects: readonly InventoryObject[],
): readonly string[] {
  const own = explanation.filter(({ object, profile }) => `${object.split("/")[2]}_${profile}` === qualifiedName);
  // A recommendation may name another object's profile.
  const other = explanation.filter(({ profile }) => bareProfileName(qualifiedName) === profile);
  const entries = own.length > 0 ? own : other;
  if (entries.length === 0) return ["no object that was read recommends it"];
  return entries.flatMap((entry) => {
    const line = `${entry.object} recommend[${entry.index}] is ${entry.verdict}: ${entry.reason}`;
    const rule = changedRule(entry, objects);
    return rule === undefined ? [line] : [line, rule];
  });
}

/** The rules of matching that a move changes. */
function changedRule(entry: RecommendationExplanation, objects: readonly InventoryObject[]): string | undefined {
  if (entry.verdict === "not-matched" || entry.verdict === "rejected") return undefined;
  const rules = matchOf(entry, objects);
  if (rules.length === 0) {
    return (
      "an empty match selected no node in the existing stack and selects every node here; " +
      `the annotation ${emptyMatchAnnotation}: none keeps the old meaning`
    );
  }
  const valued = rules.find(({ nodeLabel = "" }) => nodeLabel.includes("="));
  if (valued === undefined) return undefined;
  return `nodeLabel ${valued.nodeLabel} matched nothing in the existing stack, which compares keys; here the value counts`;
}

interface Rule {
  readonly nodeLabel?: string;
}

function matchOf({ object, index }: RecommendationExplanation, objects: readonly InventoryObject[]): readonly Rule[] {
  const found = objects.find(({ key }) => key === object);
  if (found?.state !== "valid") return [{}];
  const { document } = found;
  if (document.kind !== "PtpConfig" && document.kind !== "NodePTPCfg") return [{}];
  return document.spec?.recommend?.[index]?.match ?? [];
}
