import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until something holds; fails the test with `what` when it does not within `timeoutMs`. The default is for what a
 * slow machine does over an API server: who waits for what comes waits no longer.
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    // Asked once more at the end: a machine that stood still until then has had no time to be looked at.
    const isLast = performance.now() > endMs;
    if (await holds()) return;
    if (isLast) assert.fail(`not within ${timeoutMs / 1000} s: ${what}`);
    await sleep(25);
  }
}
