import { readCommandLine } from "./command-line.ts";
import type { Note, Outcome } from "./outcome.ts";
import type { Surroundings } from "./surroundings.ts";
import { toPrintable } from "./text/to-printable.ts";
import { UsageError } from "./usage-error.ts";

/** What a run leaves: texts for both streams, and the exit code. */
export interface RunResult {
  readonly exitCode: Outcome["exitCode"];
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs ptpctl on the arguments after the program's name. Whatever is wrong with arguments or input is told on stderr; only
 * an error of the program itself is thrown.
 */
export async function runPtpctl(argv: readonly string[], surroundings: Surroundings): Promise<RunResult> {
  const { programName } = surroundings;
  try {
    const commandLine = await readCommandLine(argv, surroundings);
    if (commandLine.kind === "text") return { exitCode: 0, stdout: commandLine.text, stderr: "" };
    const { exitCode, stdout, notes } = await commandLine.run();
    const stderr = notes.map((note) => toLine(programName, note)).join("");
    return { exitCode, stdout: toPrintable(stdout), stderr };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { exitCode: 2, stdout: "", stderr: toLine(programName, { severity: "error", text: error.message }) };
  }
}

function toLine(programName: string, { severity, text }: Note): string {
  return `${programName}: ${severity}: ${toPrintable(text).replaceAll("\n", "\n  ")}\n`;
}
