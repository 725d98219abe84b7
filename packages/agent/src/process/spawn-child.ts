import { spawn, type ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import { Duplex } from "node:stream";
import { sleep } from "@ptp/kit";
import type { OpenStreamPair, StreamPair } from "../host/stream-pair.ts";
import { readDescriptor, readStream } from "./read-output.ts";
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
  /** Makes what its stdout goes through. Default, and where there is none: a pipe of Node's, which costs more for each line. */
  readonly openPair?: OpenStreamPair | undefined;
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
  const pair = await options.openPair?.();
  const child = await started(options, pair).catch((error: unknown) => {
    if (pair !== undefined) closeSync(pair.ours);
    throw error;
  });
  return follow(child, options, pair?.ours);
}

async function started(options: ChildOptions, pair: StreamPair | undefined): Promise<ChildProcess> {
  const child = launch(options, pair?.theirs ?? "pipe");
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.off("error", reject);
      // Errors after the spawn concern signals and pipes; the exit tells everything that matters.
      child.on("error", () => undefined);
      resolve();
    });
  });
  return child;
}

/** Starts it; a descriptor for its stdout is the program's from then on. */
function launch(options: ChildOptions, stdout: "pipe" | number): ChildProcess {
  const [program = "", ...args] = options.command;
  const sockets = Array<"pipe">(options.socketCount ?? 0).fill("pipe");
  try {
    return spawn(program, args, {
      cwd: options.folder ?? "/",
      env: options.env,
      detached: true,
      stdio: ["ignore", stdout, "pipe", ...sockets],
    });
  } finally {
    if (stdout !== "pipe") closeSync(stdout);
  }
}

function follow(child: ChildProcess, { onLine, onExit }: ChildOptions, stdoutFd: number | undefined): Child {
  const pid = child.pid ?? 0;
  let ended = false;
  const outputs = [child.stdout, child.stderr].flatMap((each) => (each === null ? [] : [readStream(each, onLine)]));
  if (stdoutFd !== undefined) outputs.push(readDescriptor(stdoutFd, onLine));
  const childClosed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const closed = Promise.all([childClosed, ...outputs.map((output) => output.closed)]);
  const finish = async (code: number | null, signal: string | null): Promise<void> => {
    await Promise.race([closed, sleep(lastOutputMs)]);
    for (const socket of child.stdio.slice(3)) socket?.destroy();
    for (const output of outputs) output.end();
    const truncatedLines = outputs.reduce((sum, output) => sum + output.truncatedLines(), 0);
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
