import assert from "node:assert/strict";
import { test } from "node:test";
import { readProcessorTime, shortage } from "./processor-time.ts";

const stat = "cpu  100 20 30 4000 50 6 7 80 9 9\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n";
const pressure =
  "some avg10=3.01 avg60=5.11 avg300=20.31 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";

test("readProcessorTime takes the columns of all processors and the time in which some program waited", () => {
  const { atMs, ...time } = readProcessorTime((path) => (path === "/proc/stat" ? stat : pressure));
  assert.ok(atMs > 0);
  assert.deepEqual(time, { usedTicks: 163, stolenTicks: 80, waitedUs: 2_500_000 });
});

test("readProcessorTime does without pressure where the kernel does not count it", () => {
  const read = (path: string): string => {
    if (path === "/proc/stat") return stat;
    throw new Error("ENOENT");
  };
  assert.equal(readProcessorTime(read).waitedUs, undefined);
});

test("readProcessorTime reads this machine", () => {
  const from = readProcessorTime();
  assert.ok(from.usedTicks > 0);
  const { stolenShare, waitedShare } = shortage(from, readProcessorTime());
  assert.ok(stolenShare >= 0 && stolenShare <= 1, String(stolenShare));
  assert.ok(waitedShare >= 0 && waitedShare <= 1, String(waitedShare));
});

test("shortage is what others got of what was wanted, and how long some program waited", () => {
  const from = { usedTicks: 1_000, stolenTicks: 100, waitedUs: 0, atMs: 1_000 };
  const to = { usedTicks: 1_090, stolenTicks: 110, waitedUs: 500_000, atMs: 3_000 };
  assert.deepEqual(shortage(from, to), { stolenShare: 0.1, waitedShare: 0.25 });
  assert.deepEqual(shortage(from, from), { stolenShare: 0, waitedShare: 0 });
});
