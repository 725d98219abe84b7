import { messageOf } from "./app-error.ts";
import type { Logger } from "./log.ts";
import { settlesWithin } from "./sleep.ts";

/** One piece of a program: what is started is stopped, in reverse order. */
export interface Part {
  readonly name: string;
  /** Resolves when the part serves. The signal aborts when the program shuts down. */
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** How a program's parts are run. */
export interface RunPartsOptions {
  /** Aborts when the program shall end. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** A part that takes longer to stop is left behind; default 10 000. */
  readonly stopLimitMs?: number;
}

/**
 * Starts the parts in order, waits for the signal, stops them in reverse order. If one fails to start, those before it are
 * stopped and its error is thrown.
 */
export async function runParts(parts: readonly Part[], options: RunPartsOptions): Promise<void> {
  const started: Part[] = [];
  try {
    for (const part of parts) {
      if (options.signal.aborted) return;
      started.push(part);
      await part.start(options.signal);
    }
    await aborted(options.signal);
  } finally {
    for (const part of started.toReversed()) await stopPart(part, options);
  }
}

async function stopPart(part: Part, { log, stopLimitMs = 10_000 }: RunPartsOptions): Promise<void> {
  try {
    const stopping = part.stop();
    if (!(await settlesWithin(stopping, stopLimitMs))) {
      log.error("part did not stop in time and is left behind", { part: part.name, limitMs: stopLimitMs });
      return;
    }
    await stopping;
  } catch (error) {
    log.error("part failed to stop", { part: part.name, error: messageOf(error) });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
