import { execFile } from "node:child_process";

/** A program to run for what it tells. */
export interface BriefRun {
  readonly path: string;
  readonly args: readonly string[];
  /** It is ended by then. */
  readonly limitMs: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** How a program ended that was run for what it tells. */
export interface BriefEnd {
  /** Absent: it ended well. */
  readonly error?: Error;
  readonly stdout: string;
  readonly stderr: string;
  /** It was ended, or could be read no longer: what it told may not be all. */
  readonly wasEnded: boolean;
}

/** Runs a program to its end, or ends it. Rejects only if the system is too short of something to start one. */
export function runBriefly({ path, args, limitMs, signal }: BriefRun): Promise<BriefEnd> {
  return new Promise((resolve) => {
    const end = (): void => void child.kill("SIGKILL");
    const child = execFile(
      path,
      args,
      { timeout: limitMs, killSignal: "SIGKILL", maxBuffer: 65_536, env: { LC_ALL: "C" } },
      (error, stdout, stderr) => {
        signal.removeEventListener("abort", end);
        // Of a program that ended in time, but was ended before that was noticed, there is no error; its output is lost.
        const wasEnded = child.killed || error?.killed === true;
        resolve({ ...(error === null ? {} : { error }), stdout, stderr, wasEnded });
      },
    );
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
