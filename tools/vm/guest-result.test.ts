import assert from "node:assert/strict";
import { test } from "node:test";
import { readResults } from "./guest-result.ts";

test("readResults leaves out a line that the machine could not finish", () => {
  assert.deepEqual(readResults('{"name":"a","seconds":1}\n{"name":"b","sec'), [{ name: "a", seconds: 1 }]);
  assert.deepEqual(readResults(""), []);
});
