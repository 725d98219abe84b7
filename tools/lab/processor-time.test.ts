import assert from "node:assert/strict";
import { test } from "node:test";
import { readProcessorTime, stolenShare } from "./processor-time.ts";

const stat = "cpu  100 20 30 4000 50 6 7 80 9 9\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n";

test("readProcessorTime takes the columns of all processors, without guests of its own, which user time holds", () => {
  assert.deepEqual(readProcessorTime(stat), { usedTicks: 163, stolenTicks: 80 });
});

test("readProcessorTime reads this machine", () => {
  const from = readProcessorTime();
  assert.ok(from.usedTicks > 0);
  const share = stolenShare(from, readProcessorTime());
  assert.ok(share >= 0 && share <= 1, String(share));
});

test("stolenShare is what others got of what was wanted", () => {
  const from = { usedTicks: 1_000, stolenTicks: 100 };
  assert.equal(stolenShare(from, { usedTicks: 1_090, stolenTicks: 110 }), 0.1);
  assert.equal(stolenShare(from, from), 0);
});
