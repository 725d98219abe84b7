import assert from "node:assert/strict";
import { describe, test } from "node:test";

// Run by run-suite.test.ts, not by a glob: one test of each kind of end.
test("passes", () => undefined);
test("is skipped", (t) => t.skip("because of the moon"));
describe("group", () => {
  test("fails", () => assert.equal(1, 2, "one is not two"));
});
