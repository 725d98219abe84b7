import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "@ptp/node";
import { clockLimits } from "./clock-limits.ts";
import {
  initialSampledClock,
  stepSampledClock,
  type SampledClock,
  type SampledClockObservation,
} from "./sampled-clock.ts";

const limits = { ...clockLimits({}), downtimeMs: 1000, freshnessMs: 3000 };
const at = (monotonicMs: number): Instant => ({ monotonicMs, unixMs: monotonicMs });

function run(steps: readonly (readonly [SampledClockObservation, number])[]): SampledClock {
  return steps.reduce(
    (clock, [observation, ms]) => stepSampledClock(clock, observation, limits, at(ms)).clock,
    initialSampledClock(at(0), "phc2sys"),
  );
}

const up: readonly [SampledClockObservation, number] = [{ kind: "process-up" }, 1];
const good: readonly [SampledClockObservation, number] = [{ kind: "sample", offsetNs: 8 }, 2];

test("stepSampledClock: locks on a measurement in range with a locked servo", () => {
  assert.equal(run([up]).status.state, "UNKNOWN");
  assert.equal(run([up, good]).status.state, "LOCKED");
  assert.equal(run([up, [{ kind: "sample", offsetNs: 8, locked: false }, 2]]).status.state, "FREERUN");
  assert.equal(run([up, good, [{ kind: "sample", offsetNs: 100 }, 3]]).status.state, "FREERUN");
});

test("stepSampledClock: silence and death are held over, death only for its own tolerance", () => {
  assert.deepEqual(run([up, good, [{ kind: "tick" }, 3003]]).status.cause, ["no measurement for 3 s"]);
  const dead = run([up, good, [{ kind: "process-down", detail: "phc2sys exited with code 255" }, 100]]);
  assert.deepEqual([dead.status.state, dead.status.holdoverEndsMs], ["HOLDOVER", 1100]);
});

test("stepSampledClock: what a dead program says late does not lock the next one", () => {
  const down: readonly [SampledClockObservation, number] = [{ kind: "process-down", detail: "phc2sys ended" }, 100];
  const clock = run([up, good, down, [{ kind: "sample", offsetNs: 3 }, 101], [{ kind: "process-up" }, 200]]);
  assert.deepEqual([clock.status.state, clock.sample], ["HOLDOVER", undefined]);
});
