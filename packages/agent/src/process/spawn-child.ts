import { spawn, type ChildProcess } from "node:child_process";
import { Duplex, type Readable } from "node:stream";
import { sleep } from "@ptp/kit";
import { createLineSplitter, type LineSplitter } from "./line-splitter.ts";
import { signalGroup, signalProcess } from "./signal-group.ts";

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
  /** Sockets to it beside its output, on the descriptors from 3; default 0. */
  readonly socketCount?: number;
  /** Its working directory; default `/`. */
  readonly folder?: string;
}

/** A program that was started. Its signals go nowhere once it has ended: its number may be another process's by then. */
export interface Child {
  readonly pid: number;
  /** Our ends of its sockets. */
  readonly sockets: readonly Duplex[];
  signal(signal: NodeJS.Signals): void;
  /** Signals it and all that is left of its group. */
  signalGroup(signal: NodeJS.Signals): void;
}

/** How a program ended. */
export interface ChildExit {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** Lines that were too long and lost their end. */
  readonly truncatedLines: number;
}

/** Output that a descendant keeps open is read no longer than this after the program's end. */
const lastOutputMs = 200;

/**
 * Starts a program as leader of a process group of its own. When it ends, what is left of its group is killed. Rejects with
 * the system error of the spawn, such as ENOENT or EAGAIN, or with Node's for an argument that none can have (a NUL).
 */
export async function spawnChild(options: ChildOptions): Promise<Child> {
  const [program = "", ...args] = options.command;
  const child = spawn(program, args, {
    cwd: options.folder ?? "/",
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", ...Array<"pipe">(options.socketCount ?? 0).fill("pipe")],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.off("error", reject);
      // Errors after the spawn concern signals and pipes; the exit tells everything that matters.
      child.on("error", () => undefined);
      resolve();
    });
  });
  return follow(child, options);
}

function follow(child: ChildProcess, { onLine, onExit }: ChildOptions): Child {
  const pid = child.pid ?? 0;
  let ended = false;
  const splitters = [child.stdout, child.stderr].map((stream) => readLines(stream, onLine));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const finish = async (code: number | null, signal: string | null): Promise<void> => {
    await Promise.race([closed, sleep(lastOutputMs)]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    for (const socket of child.stdio.slice(3)) socket?.destroy();
    for (const splitter of splitters) splitter.end();
    const truncatedLines = splitters.reduce((sum, splitter) => sum + splitter.truncatedLines(), 0);
    onExit({ pid, code, signal, truncatedLines });
  };
  child.once("exit", (code, signal) => {
    ended = true;
    // The kernel gives no number away while a group bears it, and goes around all others first.
    signalGroup(pid, "SIGKILL");
    void finish(code, signal);
  });
  const sockets = child.stdio.slice(3).flatMap((socket) => (socket instanceof Duplex ? [socket] : []));
  // It may end while something is written to it.
  for (const socket of sockets) socket.on("error", () => undefined);
  return {
    pid,
    sockets,
    signal: (name) => void (ended || signalProcess(pid, name)),
    signalGroup: (name) => void (ended || signalGroup(pid, name)),
  };
}

function readLines(stream: Readable | null, onLine: (line: string) => void): LineSplitter {
  const splitter = createLineSplitter(onLine);
  const throttle = createThrottle(stream);
  stream?.on("data", (chunk: Buffer) => {
    splitter.push(chunk);
    throttle(chunk.length);
  });
  stream?.on("error", () => undefined);
  return splitter;
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
