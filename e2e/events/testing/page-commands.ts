import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../..");

/** Blocks of commands below a heading of a page in `docs`, in their order. */
export function commandBlocks(page: string, heading: string): readonly string[] {
  const text = readFileSync(join(root, "docs", page), "utf8");
  const section = text.split("\n## ").find((part) => part.startsWith(`${heading}\n`));
  const blocks = [...(section ?? "").matchAll(/```sh\n([^]*?)```/g)].map(([, commands = ""]) => commands);
  assert.ok(blocks.length > 0, `${page} has no commands below ${heading}`);
  return blocks;
}

/** All headings of a page that have commands. */
export function headingsWithCommands(page: string): readonly string[] {
  const text = readFileSync(join(root, "docs", page), "utf8");
  const sections = text.split("\n## ").filter((part) => part.includes("```sh\n"));
  return sections.map((part) => part.split("\n")[0] ?? "");
}

/** Runs commands as a person would paste them, in the project's folder; what they print. @throws where one fails. */
export async function paste(commands: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const options = { env: { ...process.env, ...env }, cwd: root, timeout: 70_000, maxBuffer: 10_000_000 };
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", commands], options);
  return stdout;
}
