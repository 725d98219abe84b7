import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventValue } from "@ptp/truth";
import { createEventBoard } from "./event-board.ts";
import { clockClass, lockState, syncState } from "./testing/values.ts";

function board(...before: readonly EventValue[]) {
  const made = createEventBoard();
  made.take({ type: "snapshot", atUnixMs: 1_000, values: before });
  return (...values: readonly EventValue[]) => made.take({ type: "snapshot", atUnixMs: 2_000, values });
}

test("createEventBoard: the first snapshot is no change; then only what events tell is one", () => {
  const made = createEventBoard();
  assert.equal(made.isFilled(), false);
  assert.deepEqual(made.take({ type: "snapshot", atUnixMs: 1, values: [lockState("LOCKED")] }), []);
  assert.equal(made.isFilled(), true);
  const next = board(lockState("LOCKED", 5), clockClass(6));
  assert.deepEqual(next(lockState("LOCKED", 99), clockClass(6)), []);
  const changed = lockState("HOLDOVER", 99);
  assert.deepEqual(next(changed, clockClass(6)), [changed]);
});

test("createEventBoard: a change of class keeps its time; offsets do not move it", () => {
  const made = createEventBoard();
  const take = (atUnixMs: number, value: number) =>
    made.take({ type: "snapshot", atUnixMs, values: [clockClass(value)] });
  take(1, 6);
  take(2, 6);
  assert.equal(made.values("clock-class")[0]?.sinceUnixMs, 1);
  take(3, 7);
  assert.equal(made.values("clock-class")[0]?.sinceUnixMs, 3);
});

test("createEventBoard: another fix is a change (G02), but not between those that all give the time (G01)", () => {
  const gnss = (gpsFix: number): EventValue => ({
    resource: "gnss-sync-status",
    name: "ens7fx",
    state: "SYNCHRONIZED",
    gpsFix,
    cause: [],
  });
  const told = (before: number, after: number) => board(gnss(before))(gnss(after)).length;
  assert.deepEqual([told(0, 2), told(2, 3), told(5, 1)], [1, 1, 1]);
  assert.deepEqual([told(3, 5), told(4, 3), told(2, 2)], [0, 0, 0]);
});

test("createEventBoard: who is gone is told FREERUN once, without an offset", () => {
  const next = board(lockState("LOCKED"), syncState("LOCKED"));
  assert.deepEqual(
    next().map((value) => [value.resource, "state" in value && value.state, "offsetNs" in value]),
    [
      ["lock-state", "FREERUN", false],
      ["sync-state", "FREERUN", false],
    ],
  );
  assert.deepEqual(next(), []);
  assert.deepEqual(board(lockState("FREERUN"), clockClass(6))(), []);
});
