import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { watchStalls } from "./stall-watch.ts";

test("watchStalls tells of what kept a timer waiting", async (t) => {
  const told: number[] = [];
  const watch = watchStalls((lateMs) => told.push(lateMs));
  t.after(() => watch.stop());
  await sleep(250);
  const before = watch.stallsMs.length;
  const endMs = performance.now() + 800;
  while (performance.now() < endMs);
  await sleep(250);
  assert.ok(watch.stallsMs.length > before);
  assert.deepEqual(told, watch.stallsMs);
});
