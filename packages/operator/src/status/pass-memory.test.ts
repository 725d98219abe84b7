import assert from "node:assert/strict";
import { test } from "node:test";
import { createPassMemory } from "./pass-memory.ts";

test("a result is kept while its inputs are the same values, and forgotten when a pass did not ask for it", () => {
  const memory = createPassMemory<{ readonly made: number }>();
  let made = 0;
  const ask = (name: string, ...inputs: readonly unknown[]) =>
    memory.remember(name, inputs, () => ({ made: (made += 1) })).made;
  const facts = {};
  memory.begin();
  assert.deepEqual([ask("n", facts, "r"), ask("n", facts, "r"), ask("o", facts)], [1, 1, 2]);
  memory.begin();
  assert.deepEqual([ask("n", facts, "r"), ask("n", {}, "r"), ask("n", undefined)], [1, 3, 4]);
  memory.begin();
  memory.begin();
  assert.equal(ask("n", undefined), 5);
});
