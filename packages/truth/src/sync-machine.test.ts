import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "@ptp/node";
import { initialSyncStatus, stepSync, type SyncCondition, type SyncStatus } from "./sync-machine.ts";

const holdoverMs = 5000;
const at = (monotonicMs: number): Instant => ({ monotonicMs, unixMs: 1_700_000_000_000 + monotonicMs });
const tracking: SyncCondition = { kind: "tracking", cause: "tracking" };
const lost: SyncCondition = { kind: "lost", cause: "link down" };

function run(steps: readonly (readonly [SyncCondition, number])[]): SyncStatus {
  return steps.reduce(
    (status, [condition, ms]) => stepSync(status, condition, { holdoverMs }, at(ms)).status,
    initialSyncStatus(at(0), "not started"),
  );
}

test("stepSync: a lost reference is held over, then free-running, and both say why", () => {
  assert.equal(run([[tracking, 1]]).state, "LOCKED");
  const held = run([
    [tracking, 1],
    [lost, 1000],
  ]);
  assert.deepEqual(
    { state: held.state, cause: held.cause, ends: held.holdoverEndsMs },
    { state: "HOLDOVER", cause: ["link down"], ends: 6000 },
  );
  const free = run([
    [tracking, 1],
    [lost, 1000],
    [lost, 6000],
  ]);
  assert.deepEqual(
    { state: free.state, cause: free.cause, since: free.since.monotonicMs },
    { state: "FREERUN", cause: ["holdover of 5 s expired", "link down"], since: 6000 },
  );
});

test("stepSync: FREERUN keeps saying that holdover expired until another cause comes", () => {
  const expired: readonly (readonly [SyncCondition, number])[] = [
    [tracking, 1],
    [lost, 1000],
    [lost, 6000],
    [lost, 7000],
  ];
  assert.deepEqual(run(expired).cause, ["holdover of 5 s expired", "link down"]);
  const other: SyncCondition = { kind: "lost", cause: "no port is SLAVE" };
  assert.deepEqual(run([...expired, [other, 8000]]).cause, ["no port is SLAVE"]);
});

test("stepSync: out of range ends LOCKED at once, but not HOLDOVER", () => {
  const outside: SyncCondition = { kind: "out-of-range", cause: "offset 180 ns" };
  assert.equal(
    run([
      [tracking, 1],
      [outside, 2],
    ]).state,
    "FREERUN",
  );
  assert.equal(
    run([
      [tracking, 1],
      [lost, 2],
      [outside, 3],
    ]).state,
    "HOLDOVER",
  );
  assert.equal(
    run([
      [tracking, 1],
      [lost, 2],
      [outside, 6000],
    ]).state,
    "FREERUN",
  );
});

test("stepSync: a loss with a shorter tolerance brings the end nearer", () => {
  const died: SyncCondition = { kind: "lost", cause: "ptp4l died", toleranceMs: 1000 };
  const status = run([
    [tracking, 1],
    [lost, 100],
    [died, 200],
  ]);
  assert.equal(status.holdoverEndsMs, 1200);
  assert.equal(
    run([
      [tracking, 1],
      [{ ...died, toleranceMs: 0 }, 100],
    ]).state,
    "FREERUN",
  );
});

test("stepSync: a second loss has its tolerance from its own moment on, and moves the end once", () => {
  const died: SyncCondition = { kind: "lost", cause: "ptp4l died", toleranceMs: 5000 };
  const up: SyncCondition = { kind: "unobserved", cause: "ptp4l has not told its port states" };
  const hours = { holdoverMs: 4 * 3_600_000 };
  const held = [tracking, lost].reduce(
    (status, condition) => stepSync(status, condition, hours, at(0)).status,
    initialSyncStatus(at(0), "not started"),
  );
  const tenMinMs = 600_000;
  const steps = [died, died, up, lost].map((condition, second) => ({ condition, ms: tenMinMs + second * 1000 }));
  let status = held;
  for (const { condition, ms } of steps) {
    ({ status } = stepSync(status, condition, hours, at(ms)));
    assert.deepEqual([status.state, status.holdoverEndsMs], ["HOLDOVER", tenMinMs + 5000]);
  }
  assert.deepEqual(stepSync(status, lost, hours, at(tenMinMs + 5000)).status.cause, [
    "holdover of 605 s expired",
    "link down",
  ]);
  assert.equal(stepSync(held, died, hours, at(hours.holdoverMs - 1000)).status.holdoverEndsMs, hours.holdoverMs);
});

test("stepSync: a shorter holdover counts for one under way, a longer one does not", () => {
  const held = run([
    [tracking, 1],
    [lost, 1000],
  ]);
  const shortened = stepSync(held, lost, { holdoverMs: 2000 }, at(1500)).status;
  assert.deepEqual([shortened.state, shortened.holdoverEndsMs], ["HOLDOVER", 3000]);
  assert.equal(stepSync(shortened, lost, { holdoverMs: 9000 }, at(2999)).status.holdoverEndsMs, 3000);
  assert.equal(stepSync(held, lost, { holdoverMs: 0 }, at(1500)).status.state, "FREERUN");
});

test("stepSync: LOCKED tells the cause that holds now, and since when it is LOCKED", () => {
  const locked = run([
    [tracking, 1],
    [{ kind: "tracking", cause: "the other port" }, 2],
  ]);
  assert.deepEqual([locked.cause, locked.since.monotonicMs], [["the other port"], 1]);
});

const conditions: fc.Arbitrary<SyncCondition> = fc.oneof(
  fc.constantFrom<SyncCondition>(
    tracking,
    lost,
    { kind: "out-of-range", cause: "outside" },
    { kind: "unreferenced", cause: "grandmaster" },
    { kind: "unobserved", cause: "silent" },
  ),
  fc.integer({ min: 0, max: 9000 }).map((toleranceMs): SyncCondition => ({ kind: "lost", cause: "died", toleranceMs })),
);

test("stepSync: invariants hold over every sequence", () => {
  const sequences = fc.array(fc.tuple(conditions, fc.integer({ min: 0, max: 3000 })), { maxLength: 60 });
  fc.assert(
    fc.property(sequences, (sequence) => {
      let status = initialSyncStatus(at(0), "not started");
      let nowMs = 0;
      for (const [condition, passedMs] of sequence) {
        nowMs += passedMs;
        const step = stepSync(status, condition, { holdoverMs }, at(nowMs));
        assert.deepEqual(stepSync(status, condition, { holdoverMs }, at(nowMs)), step, "equal input, equal output");
        assert.equal(step.change === undefined, step.status.state === status.state, "a change iff the state changes");
        if (step.change !== undefined) {
          assert.deepEqual([step.change.from, step.change.to], [status.state, step.status.state]);
          assert.ok(step.change.cause.length > 0 && step.status.since.monotonicMs === nowMs);
        }
        if (step.status.state === "LOCKED") assert.equal(condition.kind, "tracking", "LOCKED only while tracking");
        if (step.status.state === "HOLDOVER") {
          assert.ok(nowMs - step.status.since.monotonicMs < holdoverMs, "HOLDOVER always ends");
        }
        status = step.status;
      }
    }),
  );
});
