import assert from "node:assert/strict";
import { test } from "node:test";
import { disturbanceWatch } from "./disturbance.ts";

const quiet = { usedTicks: 1_000, stolenTicks: 100, waitedUs: 0, atMs: 0 };
const later = { usedTicks: 1_097, stolenTicks: 103, waitedUs: 400_000, atMs: 1_000 };

/** What the watch says of a machine that came from `quiet` to this. */
function verdict(to: Partial<typeof quiet>, newStallsMs: readonly number[] = []): string | undefined {
  const readings = [quiet, { ...later, ...to }];
  const stallsMs = [700];
  const told = disturbanceWatch({ stallsMs }, () => readings.shift() ?? later)();
  stallsMs.push(...newStallsMs);
  return told();
}

test("disturbanceWatch finds nothing wrong with a machine that is busy but there", () => {
  assert.equal(verdict({}), undefined, "nor are stalls before of any interest");
});

test("disturbanceWatch names what kept programs waiting", () => {
  assert.equal(verdict({}, [900, 600]), "the machine stood still for 900, 600 ms");
  assert.equal(verdict({ usedTicks: 1_060, stolenTicks: 140 }), "other guests took 40 % of the processors");
  assert.equal(verdict({ waitedUs: 800_000 }), "programs waited for a processor 80 % of the time");
});
