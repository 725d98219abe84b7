import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { collectLines, type LineLog } from "./line-log.ts";
import { childrenOf } from "./process-table.ts";

/** How a process ended: `code` of its own, or the signal that killed it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program running inside a host. */
export interface HostProcess {
  /** Standard output and standard error together. */
  readonly log: LineLog;
  readonly exited: Promise<ProcessExit>;
  /** Its number outside the host, or undefined when it has ended. */
  pid(): Promise<number | undefined>;
  /** Sends a signal to the program itself; false when it has ended. */
  kill(signal: NodeJS.Signals): Promise<boolean>;
  /** SIGTERM, then SIGKILL after `graceMs` (default 3 s); returns how it ended. */
  stop(graceMs?: number): Promise<ProcessExit>;
}

/**
 * Starts `argv`, whose first words enter a PID namespace (`nsenter … --`): that wrapper stays as the parent of the real
 * program and ends as it ends, so all signals go to its only child.
 */
export function startWrapped(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): HostProcess {
  const [program, ...args] = argv;
  // A session of its own: Ctrl-C at the terminal reaches the program that made the lab, which ends the lab in order.
  const wrapper = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const exited = exitOf(wrapper);
  const log = collectLines([wrapper.stdout, wrapper.stderr]);
  const pid = async (): Promise<number | undefined> => realPid(wrapper);
  const kill = async (signal: NodeJS.Signals): Promise<boolean> => signalPid(await pid(), signal);
  const stop = async (graceMs = 3_000): Promise<ProcessExit> => {
    await kill("SIGTERM");
    const timer = setTimeout(() => void kill("SIGKILL"), graceMs);
    try {
      return await exited;
    } finally {
      clearTimeout(timer);
    }
  };
  return { log, exited, pid, kill, stop };
}

type Wrapper = ChildProcessByStdio<null, Readable, Readable>;

async function exitOf(wrapper: Wrapper): Promise<ProcessExit> {
  const [code, signal] = (await once(wrapper, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}

async function realPid(wrapper: Wrapper): Promise<number | undefined> {
  while (wrapper.pid !== undefined && wrapper.exitCode === null && wrapper.signalCode === null) {
    const [child] = childrenOf(wrapper.pid);
    if (child !== undefined) return child;
    // Entering the namespaces takes about a millisecond.
    await sleep(2);
  }
  return undefined;
}

/** Sends a signal; false when there is no such process any more. */
function signalPid(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
