import assert from "node:assert/strict";
import { test } from "node:test";
import { createTurnstile } from "./turnstile.ts";

test("so many at a time, the others in their order; a failure gives its place on", async () => {
  const turnstile = createTurnstile(2);
  const started: number[] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  const passes = [0, 1, 2, 3].map((each) =>
    turnstile.pass(() => {
      started.push(each);
      ends[each] = Promise.withResolvers<string>();
      return ends[each].promise;
    }),
  );
  assert.deepEqual([started, turnstile.waiting()], [[0, 1], 2]);
  const refused = assert.rejects(passes[1] ?? Promise.resolve(), /no/);
  ends[1]?.reject(new Error("no"));
  await refused;
  assert.deepEqual([started, turnstile.waiting()], [[0, 1, 2], 1]);
  ends[0]?.resolve("first");
  assert.equal(await passes[0], "first");
  ends[2]?.resolve("third");
  await passes[2];
  ends[3]?.resolve("last");
  assert.equal(await passes[3], "last");
  assert.deepEqual([started, turnstile.waiting()], [[0, 1, 2, 3], 0]);
  assert.equal(await turnstile.pass(() => Promise.resolve("alone")), "alone");
});
