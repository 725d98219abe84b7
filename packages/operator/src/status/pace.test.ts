import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace } from "./pace.ts";

test("an object waits for its interval, others do not", () => {
  const pace = createPace(5000);
  assert.equal(pace.waitMs("a", 0), 0);
  pace.note("a", 0);
  assert.deepEqual([pace.waitMs("a", 1000), pace.waitMs("b", 1000)], [4000, 0]);
  pace.note("b", 4999);
  assert.deepEqual([pace.waitMs("a", 5000), pace.waitMs("b", 5000)], [0, 4999]);
  pace.note("a", 6000);
  assert.deepEqual([pace.waitMs("a", 6000), pace.waitMs("b", 6000)], [5000, 3999]);
});
