import { toText, type Finding, type Findings } from "@ptp/api";
import type { Verdict } from "./admission-review.ts";

/** As many errors are told; the first ones are fixed first. */
const maxErrors = 20;
/** The API server cuts warnings at 256 characters and all of them together at 4096. */
const maxWarnings = 15;
const maxWarningLength = 250;

/** Words findings for who applies an object. */
export function verdictOf({ errors, warnings }: Findings): Verdict {
  return {
    ...(errors.length === 0 ? { allowed: true } : refusal(errors.map(lineOf))),
    warnings: told(warnings.map(lineOf)),
  };
}

function refusal(texts: readonly string[]) {
  if (texts.length === 1) return { allowed: false, message: texts[0] ?? "" };
  const rest = texts.length > maxErrors ? [`and ${texts.length - maxErrors} more`] : [];
  const lines = [...texts.slice(0, maxErrors), ...rest].map((text) => `\n- ${text}`);
  return { allowed: false, message: `${texts.length} problems:${lines.join("")}` };
}

function told(texts: readonly string[]): readonly string[] {
  const shown = texts.length > maxWarnings ? texts.slice(0, maxWarnings - 1) : texts;
  const rest = texts.length - shown.length;
  return [...shown.map(headerText), ...(rest > 0 ? [`and ${rest} more warnings; ptpctl lint shows all`] : [])];
}

/** Warnings travel in a header, which has no line breaks. */
function headerText(text: string): string {
  // eslint-disable-next-line no-control-regex
  const line = text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ");
  return line.length <= maxWarningLength ? line : `${line.slice(0, maxWarningLength - 1)}…`;
}

/** Many messages name the place themselves. */
function lineOf(finding: Finding): string {
  return finding.path !== "" && finding.message.startsWith(finding.path) ? finding.message : toText(finding);
}
