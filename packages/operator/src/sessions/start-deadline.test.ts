import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startDeadline } from "./start-deadline.ts";

function standStill(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test("it expires, unless it is called off", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const callOff = startDeadline(20, () => assert.fail("it was called off"));
  callOff();
  startDeadline(20, resolve);
  await promise;
});

test("who answered while the process stood still is heard first, whenever that was", async () => {
  for (const [before, stillMs] of [
    [0, 700],
    [250, 450],
  ] as const) {
    let expired = false;
    const callOff = startDeadline(300, () => (expired = true));
    await delay(before);
    // Timers that are due come first, whatever runs now.
    setImmediate(() => setImmediate(callOff));
    standStill(stillMs);
    await delay(400);
    assert.equal(expired, false);
  }
});

test("who did not answer is not waited for any longer than a moment", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  startDeadline(100, resolve);
  standStill(500);
  await promise;
});
