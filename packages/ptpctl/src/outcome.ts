import { replaceControls } from "./text/to-printable.ts";

/** 0: all is well; 1: something is wrong with what was read, or differs; 2: the command cannot be carried out as asked. */
export type ExitCode = 0 | 1 | 2;

/** A line for stderr beside the result. */
export interface Note {
  readonly severity: "error" | "warning" | "hint";
  readonly text: string;
}

/** How a command ended. */
export interface Outcome {
  readonly exitCode: ExitCode;
  /** The result, in whole: JSON or text for people, ending with a line feed unless empty. */
  readonly stdout: string;
  readonly notes: readonly Note[];
}

/** Output forms of every command. */
export const outputFormats = ["table", "json"] as const;

/** How a result is written. */
export type OutputFormat = (typeof outputFormats)[number];

/** Exit code of a result: errors always count as findings, warnings only if asked. */
export function exitCodeOf(counts: {
  readonly errors: number;
  readonly warnings: number;
  readonly strict: boolean;
}): ExitCode {
  return counts.errors > 0 || (counts.strict && counts.warnings > 0) ? 1 : 0;
}

/** A value as JSON text for stdout; characters that a terminal obeys are escaped, which changes no value. */
export function toJsonText(value: unknown): string {
  return escaped(JSON.stringify(value, undefined, 2));
}

/** A value as JSON on one line, escaped likewise. */
export function toJsonLine(value: unknown): string {
  return escaped(JSON.stringify(value));
}

function escaped(text: string): string {
  return `${replaceControls(text, (code) => `\\u${code.toString(16).padStart(4, "0")}`)}\n`;
}
