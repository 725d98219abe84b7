import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runPtpctl, type RunResult } from "../run-ptpctl.ts";

/** Runs the program in this process, all but what main.ts does. */
export async function runHere(argv: readonly string[], stdin = ""): Promise<RunResult> {
  return await runPtpctl(argv, { stdin: bytesOf(stdin), version: "1.2.3", programName: "ptpctl" });
}

/** Runs a command with `-o json` and reads what it prints. */
export async function runJson(
  argv: readonly string[],
  stdin = "",
): Promise<{ readonly result: RunResult; readonly json: unknown }> {
  const result = await runHere([...argv, "-o", "json"], stdin);
  if (result.stdout === "") throw new Error(`no output, but: ${result.stderr}`);
  return { result, json: JSON.parse(result.stdout) as unknown };
}

/** A new directory with these files, removed at the end of `body`. */
export async function withFiles(
  files: Readonly<Record<string, string>>,
  body: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "ptpctl-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield new TextEncoder().encode(text);
}
