import { reasons, toText } from "@ptp/api";
import type { Finding, Reason } from "@ptp/api";
import type { LinkedConfigs } from "./link.ts";
import type { ParsedConfig } from "./parsed-config.ts";
import type { ConditionDraft } from "./resolution.ts";
import { findSecret, type SecretsByName } from "./secrets.ts";

/** Something wrong with an object: the reason word for programs and a line for people. */
export interface Problem {
  readonly reason: Reason;
  readonly line: string;
}

/** What is wrong with each config, its own findings first, then references, names, secrets. */
export function findProblems(linked: LinkedConfigs, secrets: SecretsByName): ReadonlyMap<ParsedConfig, Problem[]> {
  const problems = new Map(linked.configs.map((config) => [config, ownProblems(config)]));
  for (const { config, recommendation, failure } of linked.recommendations) {
    if (failure === undefined || recommendation.problem !== undefined) continue;
    const line = `spec.recommend[${recommendation.index}].profile: ${failure.reason}`;
    problems.get(config)?.push({ reason: reasonFor(failure.kind), line });
  }
  for (const qualified of linked.profiles.values()) {
    const { owner, parsed, unresolved } = qualified;
    for (const { setting, kind, reason } of unresolved) {
      problems.get(owner)?.push({ reason: reasonFor(kind), line: `${parsed.path}.ptpSettings.${setting}: ${reason}` });
    }
    const { missing } = findSecret(qualified, secrets);
    if (missing === undefined) continue;
    problems.get(owner)?.push({ reason: reasons.secretMissing, line: `${parsed.path}.ptp4lConf: sa_file: ${missing}` });
  }
  return problems;
}

/** What validation and admission found in an object. */
export function ownProblems({ errors }: { readonly errors: readonly Finding[] }): Problem[] {
  return errors.map((finding) => ({ reason: reasons.invalid, line: toText(finding) }));
}

function reasonFor(kind: "invalid" | "missing" | "ambiguous"): Reason {
  return kind === "ambiguous" ? reasons.ambiguousProfileReference : reasons.unresolvedProfileReference;
}

/** The condition ConfigValid: every problem on a line of its own, the first one's reason. */
export function configValid(problems: readonly Problem[]): ConditionDraft {
  const [first] = problems;
  if (first === undefined) return { type: "ConfigValid", status: "True", reason: reasons.succeeded, message: "" };
  const message = inLines(problems.map(({ line }) => line));
  return { type: "ConfigValid", status: "False", reason: first.reason, message };
}

/** Longest message of a condition in characters; Kubernetes allows 32768. */
const longestMessage = 8192;

/** The lines as one message, those beyond the limit only counted. */
function inLines(lines: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (kept.length > 0 && length > longestMessage) break;
    kept.push(line.slice(0, longestMessage));
  }
  return [...kept, ...(kept.length < lines.length ? [`… and ${lines.length - kept.length} more`] : [])].join("\n");
}
