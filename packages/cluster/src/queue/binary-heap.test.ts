import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBinaryHeap } from "./binary-heap.ts";

test("binary heap: gives what a sorted list gives, whatever comes between", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const heap = createBinaryHeap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) assert.equal(heap.pop(), model.shift());
        else {
          heap.push(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        assert.equal(heap.size, model.length);
        assert.equal(heap.peek(), model[0]);
      }
    }),
  );
});
