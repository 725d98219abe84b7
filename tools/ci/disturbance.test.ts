import assert from "node:assert/strict";
import { test } from "node:test";
import { disturbanceWatch } from "./disturbance.ts";

/** What the watch says of a machine that had these stalls and lost these of 100 ticks. */
function verdict(stolenTicks: number, newStallsMs: readonly number[] = []): string | undefined {
  const readings = [
    { usedTicks: 1_000, stolenTicks: 500 },
    { usedTicks: 1_100 - stolenTicks, stolenTicks: 500 + stolenTicks },
  ];
  const stallsMs = [700];
  const told = disturbanceWatch({ stallsMs }, () => readings.shift() ?? { usedTicks: 0, stolenTicks: 0 })();
  stallsMs.push(...newStallsMs);
  return told();
}

test("disturbanceWatch finds nothing wrong with a machine that is busy but there", () => {
  assert.equal(verdict(0), undefined, "nor are stalls before of any interest");
  assert.equal(verdict(19), undefined);
});

test("disturbanceWatch names what kept programs waiting", () => {
  assert.equal(verdict(0, [900, 600]), "the machine stood still for 900, 600 ms");
  assert.equal(verdict(40), "other guests took 40 % of the processors");
});
