import { setTimeout as sleep } from "node:timers/promises";
import type { Host, HostProcess } from "../../lab/lab.ts";

/** A program to be kept running in a host. */
export interface KeptProgramOptions {
  readonly host: Host;
  /** For people: `operator`, `agent of gm`. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Pause before it is started again after an end of its own. Default 300 ms. */
  readonly restartMs?: number;
}

/** A program that is started again whenever it ends by itself, as a kubelet or systemd would do. */
export interface KeptProgram {
  readonly name: string;
  readonly host: Host;
  start(): void;
  /** SIGTERM, then SIGKILL after 10 s; it stays down until `start`. */
  stop(): Promise<void>;
  /** kill -9. It is started again unless `stayDown`. Returns once it is dead. */
  kill(stayDown?: boolean): Promise<void>;
  isWanted(): boolean;
  /** Its number outside the host, or undefined while it is down. */
  pid(): Promise<number | undefined>;
  /** Starts so far. */
  starts(): number;
  /** The newest lines of all its lives, oldest first. */
  lines(): readonly string[];
  /** Rejects when no line matches in time; only lines of the life that runs now count. */
  waitForLine(pattern: RegExp, timeoutMs: number): Promise<string>;
}

const keptLines = 2_000;

/** Prepares the program; `start` starts it. */
export function createKeptProgram(options: KeptProgramOptions): KeptProgram {
  const { host, name, argv, env = {}, restartMs = 300 } = options;
  let wanted = false;
  let running: HostProcess | undefined;
  let starts = 0;
  let past: readonly string[] = [];
  const launch = (): void => {
    starts += 1;
    const started = host.spawn(argv, { env });
    running = started;
    void started.exited.then(() => ended(started));
  };
  const ended = async (process: HostProcess): Promise<void> => {
    past = [...past, ...process.log.lines].slice(-keptLines);
    if (running === process) running = undefined;
    await sleep(restartMs, undefined, { ref: false });
    if (wanted && running === undefined) launch();
  };
  return {
    name,
    host,
    start: () => {
      if (wanted) return;
      wanted = true;
      if (running === undefined) launch();
    },
    stop: async () => {
      wanted = false;
      await running?.stop(10_000);
    },
    kill: async (stayDown = false) => {
      if (stayDown) wanted = false;
      const victim = running;
      await victim?.kill("SIGKILL");
      await victim?.exited;
    },
    isWanted: () => wanted,
    pid: async () => running?.pid(),
    starts: () => starts,
    lines: () => [...past, ...(running?.log.lines ?? [])],
    waitForLine: async (pattern, timeoutMs) => {
      if (running === undefined) throw new Error(`${name} does not run`);
      return running.log.waitFor(pattern, timeoutMs);
    },
  };
}
