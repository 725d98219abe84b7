import { createBackoff, messageOf, sleep, type Logger, type Part } from "@ptp/kit";
import type { LineSink } from "../process/line-sink.ts";
import { spawnChild, type Child, type ChildExit } from "../process/spawn-child.ts";
import type { OperatorCommand } from "./operator-command.ts";

/** What keeps the operator of this node running. */
export interface OperatorChildOptions {
  /** Prepares the place and says what to start; before each start. */
  readonly prepare: () => Promise<OperatorCommand>;
  /** Its lines are log lines like ours. */
  readonly sink: LineSink;
  readonly log: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Default 10 000: then it is killed. */
  readonly stopLimitMs?: number;
}

/** The operator of this node as a child of the agent, started again whenever it ends. */
export interface OperatorChild extends Part {
  pid(): number | undefined;
}

/** One that ran as long was well: the next start is not delayed. */
const steadyMs = 60_000;

/** Creates the part. What goes wrong is logged and tried again with back-off: PTP runs on meanwhile. */
export function createOperatorChild(options: OperatorChildOptions): OperatorChild {
  const { log, stopLimitMs = 10_000 } = options;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let child: Child | undefined;
  const runOnce = async (): Promise<void> => {
    const { promise: ended, resolve } = Promise.withResolvers<ChildExit>();
    const { command, env } = await options.prepare();
    if (stopping.signal.aborted) return;
    const onLine = (line: string): void => void options.sink.writeLine(line);
    child = await spawnChild({ command, env, onLine, onExit: resolve });
    log.info("the operator of this node was started", { pid: child.pid });
    // It may have been told to stop while it was being started.
    if (stopping.signal.aborted) child.signal("SIGTERM");
    const { code, signal } = await ended;
    child = undefined;
    const how = { exitCode: code ?? undefined, signal: signal ?? undefined };
    if (!stopping.signal.aborted) log.error("the operator of this node has ended and is started again", how);
  };
  return {
    name: "operator of this node",
    start: () => {
      running = keepRunning(runOnce, options, stopping.signal);
      return Promise.resolve();
    },
    stop: async () => {
      stopping.abort();
      child?.signal("SIGTERM");
      const timer = setTimeout(() => child?.signalGroup("SIGKILL"), stopLimitMs - 1_000);
      await running;
      clearTimeout(timer);
    },
    pid: () => child?.pid,
  };
}

async function keepRunning(
  runOnce: () => Promise<void>,
  { log, random }: OperatorChildOptions,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackoff({ initialMs: 500, maxMs: 30_000, random });
  while (!signal.aborted) {
    const startMs = performance.now();
    try {
      await runOnce();
    } catch (error) {
      log.error("the operator of this node cannot be started; PTP runs on", { error: messageOf(error) });
    }
    if (performance.now() - startMs > steadyMs) backoff.reset();
    await sleep(backoff.next(), signal);
  }
}
