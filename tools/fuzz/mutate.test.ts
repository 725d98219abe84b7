import assert from "node:assert/strict";
import { test } from "node:test";
import { maxInputBytes, mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";

const corpus = [Buffer.from("ptp4l[1.5]: [ptp4l.0.config:6] rms 7 max 9"), Buffer.alloc(0), Buffer.from([1, 2, 3])];

function some(seed: number): readonly string[] {
  const random = createRandom(seed);
  return Array.from({ length: 300 }, (_, turn) => {
    const input = mutate(corpus[turn % corpus.length] ?? Buffer.alloc(0), random, corpus);
    assert.ok(input.length <= maxInputBytes);
    return Buffer.from(input).toString("latin1");
  });
}

test("mutate gives other inputs each time, the same ones from the same seed, and leaves the corpus as it is", () => {
  const before = corpus.map((each) => each.toString("latin1"));
  const first = some(1);
  assert.ok(new Set(first).size > 200);
  assert.deepEqual(some(1), first);
  assert.notDeepEqual(some(2), first);
  assert.deepEqual(
    corpus.map((each) => each.toString("latin1")),
    before,
  );
  assert.ok(
    first.some((text) => text.length > 5_000),
    "some are long, for the law of linear time",
  );
});
