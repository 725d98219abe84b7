/**
 * One thing that is wrong, or worth a warning, in an object.
 * `path` is written as in `spec.profile[0].ptp4lConf`; it is empty when the whole document is meant.
 */
export interface Finding {
  readonly path: string;
  /** A sentence that names the value and the remedy. */
  readonly message: string;
  /** Line inside a configuration text, counted from 1. */
  readonly line?: number;
  /** What would have been right, in words. */
  readonly expected?: string;
  /** What was found, shortened. */
  readonly got?: string;
  /** The known name nearest to an unknown one. */
  readonly suggestion?: string;
}

/** What admission says about an object: errors refuse it, warnings are shown to the user who applies it. */
export interface Findings {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** `path`, line and message in one line for logs and terminals. */
export function toText(finding: Finding): string {
  const place = finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
  return place === "" ? finding.message : `${place}: ${finding.message}`;
}
