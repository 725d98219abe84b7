import assert from "node:assert/strict";
import test from "node:test";
import { createTicker } from "./ticker.ts";

test("createTicker: once a second, and at what is due in between", (t) => {
  t.mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  let nowMs = 0;
  const dueMs = [1_300, 1_302, 2_999.5, 7_000];
  const ticks: number[] = [];
  const ticker = createTicker({
    tick: () => ticks.push(nowMs),
    dueInMs: () => {
      const next = dueMs.find((each) => each > nowMs);
      return next === undefined ? undefined : next - nowMs;
    },
  });
  const pass = (toMs: number) => {
    for (; nowMs < toMs; t.mock.timers.tick(1)) nowMs += 1;
  };
  ticker.start();
  ticker.start();
  pass(4_000);
  assert.deepEqual(ticks, [1_000, 1_300, 1_310, 2_000, 3_000, 4_000]);
  ticker.stop();
  pass(8_000);
  assert.equal(ticks.length, 6);
});
