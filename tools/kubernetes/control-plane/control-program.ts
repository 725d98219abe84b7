import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { collectLines, type LineLog } from "../../lab/line-log.ts";

/** One program of a control plane, which can be ended and started again as often as wanted. */
export interface ControlProgram {
  readonly name: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** What its newest run has printed; empty before the first. */
  readonly log: readonly string[];
  /** Starts it and waits until it is ready. Does nothing when it runs. Throws with its last lines when it fails. */
  start(): Promise<void>;
  /** Kills it (`graceMs` 0, the default), or asks it to end and kills it after `graceMs`. Does nothing when it is down. */
  stop(graceMs?: number): Promise<void>;
  /** Halts it: its connections stay open and silent. */
  pause(): void;
  resume(): void;
}

/** What a program is started with. */
export interface ProgramSpec {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** True once it serves; asked every 25 ms. A rejection counts as false. */
  readonly ready: () => Promise<boolean>;
}

interface Run {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly log: LineLog;
}

const readyTimeoutMs = 120_000;

/** Gives the handle of a program that does not run yet. */
export function createControlProgram(spec: ProgramSpec): ControlProgram {
  let newest: Run | undefined;
  const running = (): Run | undefined => {
    const child = newest?.child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null ? newest : undefined;
  };
  const stop = async (graceMs = 0): Promise<void> => {
    const run = running();
    if (run === undefined) return;
    if (graceMs > 0) run.child.kill("SIGTERM");
    const timer = setTimeout(() => run.child.kill("SIGKILL"), graceMs);
    await run.exited;
    clearTimeout(timer);
  };
  return {
    name: spec.name,
    get pid() {
      return running()?.child.pid;
    },
    get log() {
      return newest?.log.lines ?? [];
    },
    start: async () => {
      if (running() !== undefined) return;
      newest = launch(spec);
      try {
        await waitUntilReady(spec, () => running() !== undefined);
      } catch (error) {
        await stop();
        // Its last words may come after its end.
        await newest.exited.catch(() => undefined);
        const tail = newest.log.lines.slice(-10).map((line) => `\n  ${line}`);
        throw new Error(`${error instanceof Error ? error.message : String(error)}${tail.join("")}`, { cause: error });
      }
    },
    stop,
    pause: () => void running()?.child.kill("SIGSTOP"),
    resume: () => void running()?.child.kill("SIGCONT"),
  };
}

function launch({ argv: [program, ...args], cwd }: ProgramSpec): Run {
  // Its own session: Ctrl-C at the terminal reaches the program that made it, which ends it in order.
  const child = spawn(program, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "close");
  // A program that cannot be started is told by waitUntilReady.
  exited.catch(() => undefined);
  return { child, exited, log: collectLines([child.stdout, child.stderr]) };
}

async function waitUntilReady({ name, ready }: ProgramSpec, isRunning: () => boolean): Promise<void> {
  const endMs = performance.now() + readyTimeoutMs;
  while (!(await ready().catch(() => false))) {
    if (!isRunning()) throw new Error(`${name} ended before it was ready`);
    if (performance.now() > endMs) throw new Error(`${name} is not ready after ${readyTimeoutMs / 1000} s`);
    await sleep(25);
  }
}
