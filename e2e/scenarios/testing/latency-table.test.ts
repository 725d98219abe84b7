import assert from "node:assert/strict";
import { test } from "node:test";
import { latencyTable } from "./latency-table.ts";

test("latencyTable takes all plays of a change together", () => {
  const play = (release: string, afterMs: number) => ({
    scenario: "link down and up",
    release,
    phase: "the cable is pulled",
    from: "LOCKED",
    to: "HOLDOVER",
    afterMs,
  });
  assert.deepEqual(latencyTable([play("4.4", 30), play("4.2", 10), play("3.1.1", 20)]), [
    "link down and up: the cable is pulled: LOCKED -> HOLDOVER: p50 20 ms, p99 30 ms, n 3",
  ]);
});
