import assert from "node:assert/strict";
import { test } from "node:test";
import { clockLimits } from "./clock-limits.ts";

const limitsOf = (ptpClockThreshold: object) => {
  const { holdoverMs, maxOffsetNs, minOffsetNs } = clockLimits({ ptpClockThreshold });
  return [holdoverMs, maxOffsetNs, minOffsetNs];
};

test("clockLimits: what is missing takes its default alone, a zero is a zero", () => {
  assert.deepEqual(limitsOf({}), [5000, 100, -100]);
  assert.deepEqual(limitsOf({ maxOffsetThreshold: 50 }), [5000, 50, -100]);
  assert.deepEqual(limitsOf({ holdOverTimeout: 0, maxOffsetThreshold: 0 }), [0, 0, -100]);
});

test("clockLimits: what no clock could hold is mended (C01 of the events vectors)", () => {
  assert.deepEqual(limitsOf({ holdOverTimeout: -3, maxOffsetThreshold: -5, minOffsetThreshold: 200 }), [5000, 100, 99]);
  assert.deepEqual(limitsOf({ minOffsetThreshold: 100 }), [5000, 100, 99]);
});
