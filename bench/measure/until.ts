import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./monotonic.ts";

/** How long to wait for what, and how often to look. */
export interface UntilOptions {
  /** For the error message: `… within 5000 ms`. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs: number;
}

/** Asks again and again until the answer is not undefined; throws when it takes too long. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined, options: UntilOptions): Promise<T> {
  const { what, timeoutMs, everyMs } = options;
  const deadlineMs = monotonicMs() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (monotonicMs() > deadlineMs) throw new Error(`${what} did not come within ${timeoutMs} ms`);
    await sleep(everyMs);
  }
}
