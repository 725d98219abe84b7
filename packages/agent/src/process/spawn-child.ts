import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { sleep } from "@ptp/kit";
import { createLineSplitter } from "./line-splitter.ts";
import { signalGroup } from "./signal-group.ts";

/** A program to start. */
export interface ChildOptions {
  /** Program and arguments; no shell ever sees them. */
  readonly command: readonly string[];
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Lines of stdout and stderr, in the order in which they arrive. */
  readonly onLine: (line: string) => void;
  /** Called once, when the program has ended and its last line was handed over. */
  readonly onExit: (exit: ChildExit) => void;
}

/** How a program ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Lines that were too long and lost their end. */
  readonly truncatedLines: number;
}

/** Output that a descendant keeps open is read no longer than this after the program's end. */
const lastOutputMs = 200;

/**
 * Starts a program as leader of a process group of its own and gives its pid. When it ends, what is left of its group is
 * killed.
 *
 * @throws the system error of the spawn, such as ENOENT or EAGAIN.
 */
export function spawnChild(options: ChildOptions): Promise<number> {
  const [program = "", ...args] = options.command;
  const child = spawn(program, args, {
    cwd: "/",
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.off("error", reject);
      resolve(follow(child, options));
    });
  });
}

function follow(child: ChildProcess, { onLine, onExit }: ChildOptions): number {
  const pid = child.pid ?? 0;
  // Errors after the spawn concern signals and pipes; the exit tells everything that matters.
  child.on("error", () => undefined);
  const splitters = [child.stdout, child.stderr].map((stream) => {
    const splitter = createLineSplitter(onLine);
    const throttle = createThrottle(stream);
    stream?.on("data", (chunk: Buffer) => {
      splitter.push(chunk);
      throttle(chunk.length);
    });
    stream?.on("error", () => undefined);
    return splitter;
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.once("exit", (code, signal) => {
    signalGroup(pid, "SIGKILL");
    void finish();
    async function finish(): Promise<void> {
      await Promise.race([closed, sleep(lastOutputMs)]);
      child.stdout?.destroy();
      child.stderr?.destroy();
      for (const splitter of splitters) splitter.end();
      const truncatedLines = splitters.reduce((sum, splitter) => sum + splitter.truncatedLines(), 0);
      onExit({ code, signal, truncatedLines });
    }
  });
  return pid;
}

/** Bytes a second that are read of one stream; a program beyond it is broken and waits in its write. */
const readBytesPerSecond = 1_048_576;

/** A program that writes without end must not take the agent's processor time from the others. */
function createThrottle(stream: Readable | null): (bytes: number) => void {
  let windowBytes = 0;
  let windowStartMs = performance.now();
  return (bytes) => {
    const ageMs = performance.now() - windowStartMs;
    if (ageMs >= 1_000) {
      windowBytes = 0;
      windowStartMs += ageMs;
    }
    windowBytes += bytes;
    if (windowBytes <= readBytesPerSecond) return;
    stream?.pause();
    setTimeout(() => stream?.resume(), 1_000 - Math.min(ageMs, 900)).unref();
  };
}
