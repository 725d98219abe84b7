import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createBackoff } from "./backoff.ts";

test("createBackoff doubles up to the cap and starts over", () => {
  const backoff = createBackoff({ initialMs: 100, maxMs: 1000, random: () => 0 });
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(() => backoff.next()),
    [100, 200, 400, 800, 1000, 1000],
  );
  backoff.reset();
  assert.equal(backoff.next(), 100);
});

test("createBackoff never leaves its bounds, however often it fails", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 2000 }), (random, tries) => {
      const backoff = createBackoff({ initialMs: 100, maxMs: 5000, jitter: 0.5, random: () => random });
      for (let i = 0; i < tries; i += 1) {
        const delayMs = backoff.next();
        assert.ok(delayMs > 49 && delayMs <= 5000, `delay ${delayMs}`);
      }
    }),
    { numRuns: 50 },
  );
});
