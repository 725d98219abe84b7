/**
 * How bad a finding is, from the view of the program that reads the text:
 * `error` it refuses the text or the process cannot work; `warning` it starts, but a line has no or another effect
 * than written; `info` worth knowing.
 */
export type FindingSeverity = "error" | "warning" | "info";

/** What a finding is about; stable, for programs to switch on. */
export type ConfFindingCode =
  | "unknown-option"
  | "wrong-scope"
  | "out-of-range"
  | "bad-value"
  | "missing-value"
  | "deprecated"
  | "duplicate"
  | "reserved-option"
  | "stray-argument"
  | "unknown-section"
  | "bad-section"
  | "orphan-section"
  | "before-section"
  | "unclosed-section"
  | "trailing-text"
  | "dangling-reference"
  | "control-character"
  | "byte-order-mark"
  | "line-too-long"
  | "text-too-large"
  | "too-many-findings";

/** One remark on a configuration text. */
export interface ConfFinding {
  readonly severity: FindingSeverity;
  readonly code: ConfFindingCode;
  /** 1-based; 0 when the remark is on the whole text or on a part made by an edit. */
  readonly line: number;
  /** 1-based, in UTF-16 code units; 0 as for `line`. */
  readonly column: number;
  /** Name of the section without brackets; empty before the first one. */
  readonly section: string;
  readonly option?: string;
  /** One sentence naming option, value, what is allowed and the remedy. */
  readonly message: string;
  /** The text to write instead of the option's name, when one is near. */
  readonly suggestion?: string;
}

/** No check returns more findings than this plus one that says so: a bad text must not flood a status. */
export const maxFindings = 200;

/** The first `maxFindings` findings in order of lines, then one that tells how many were left out. */
export function limitFindings(findings: readonly ConfFinding[]): readonly ConfFinding[] {
  const sorted = findings.toSorted((left, right) => left.line - right.line || left.column - right.column);
  if (sorted.length <= maxFindings) return sorted;
  const kept = sorted.slice(0, maxFindings);
  const line = kept.at(-1)?.line ?? 0;
  const message = `more findings follow after line ${line}; correct these first`;
  return [...kept, { severity: "error", code: "too-many-findings", line, column: 0, section: "", message }];
}
