import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createAnswerBudget } from "./answer-budget.ts";

test("createAnswerBudget: never more on their way than the limit, and everybody gets a turn in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 }), async (counts) => {
      const budget = createAnswerBudget(8);
      const admitted: number[] = [];
      let underway = 0;
      const ask = async (count: number, index: number): Promise<void> => {
        const release = await budget.take(count);
        admitted.push(index);
        underway += Math.min(count, 8);
        assert.ok(underway <= 8, `${underway} underway`);
        await new Promise((resolve) => setImmediate(resolve));
        underway -= Math.min(count, 8);
        release();
        release();
      };
      await Promise.all(counts.map(ask));
      assert.deepEqual(
        admitted,
        counts.map((_count, index) => index),
      );
    }),
    { numRuns: 100 },
  );
});
