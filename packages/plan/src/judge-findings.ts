import type { ConfFinding, OptsFinding } from "@ptp/ptp";
import type { InstalledTarget } from "./conf-target.ts";
import type { ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";

/**
 * Refuses the profile for the first error, tells how many more there are, and notes warnings. An option that is merely
 * unknown is no error if the installed build may have more options than the table.
 *
 * @param field Field of the profile that holds the text.
 */
export function judgeConf(
  context: ProfileContext,
  field: string,
  findings: readonly ConfFinding[],
  target: InstalledTarget,
): void {
  judge(context, findings, target, (finding) => ({
    path: finding.option === undefined ? field : `${field}[${finding.section}].${finding.option}`,
    text: finding.line === 0 ? finding.message : `line ${finding.line}: ${finding.message}`,
  }));
}

/** The same for a command line. */
export function judgeOpts(
  context: ProfileContext,
  field: string,
  findings: readonly OptsFinding[],
  target: InstalledTarget,
): void {
  judge(context, findings, target, (finding) => ({ path: field, text: finding.message }));
}

function judge<T extends OptsFinding | ConfFinding>(
  context: ProfileContext,
  findings: readonly T[],
  target: InstalledTarget,
  describe: (finding: T) => { readonly path: string; readonly text: string },
): void {
  const isFatal = ({ severity, code }: T): boolean =>
    severity === "error" && (target.isExact || code !== "unknown-option");
  const [first, ...more] = findings.filter((finding) => isFatal(finding));
  if (first !== undefined) {
    const { path, text } = describe(first);
    throw new ProfileRefusal(path, more.length === 0 ? text : `${text} (and ${more.length} more)`);
  }
  for (const finding of findings) {
    if (finding.severity === "info") continue;
    const { path, text } = describe(finding);
    context.note(path, text);
  }
}
