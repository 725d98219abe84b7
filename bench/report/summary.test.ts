import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { percentile, summarize } from "./summary.ts";

test("percentiles are samples, by nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(summarize(hundred), { n: 100, p50: 50, p99: 99, min: 1, max: 100 });
  assert.deepEqual(summarize([7]), { n: 1, p50: 7, p99: 7, min: 7, max: 7 });
  assert.ok(Number.isNaN(percentile([], 50)));
});

test("at least the asked share of samples lies at or below a percentile, and no smaller sample has that property", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      (samples, percent) => {
        const sorted = samples.toSorted((a, b) => a - b);
        const value = percentile(sorted, percent);
        const shareOf = (limit: number) => (100 * sorted.filter((sample) => sample <= limit).length) / sorted.length;
        assert.ok(shareOf(value) >= percent - 1e-9);
        const smaller = sorted.findLast((sample) => sample < value);
        if (smaller !== undefined) assert.ok(shareOf(smaller) < percent);
      },
    ),
  );
});
