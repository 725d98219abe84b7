import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How to run one command of the fetch. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Killed and failed after this time; default 5 minutes. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end and returns what it printed to standard output.
 * Throws an Error with the command line and the end of its standard error when it fails.
 */
export async function command(argv: readonly [string, ...string[]], options: CommandOptions = {}): Promise<string> {
  const [program, ...args] = argv;
  try {
    const { stdout } = await run(program, args, {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: "C", ...options.env },
      timeout: options.timeoutMs ?? 300_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } catch (cause) {
    throw new Error(`${argv.join(" ")}: ${reason(cause)}`, { cause });
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if ("code" in cause && cause.code === "ENOENT") return "not installed";
  const stderr = "stderr" in cause && typeof cause.stderr === "string" ? cause.stderr.trim() : "";
  return stderr === "" ? cause.message : stderr.split("\n").slice(-5).join("\n");
}
