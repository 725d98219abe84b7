import assert from "node:assert/strict";
import { test } from "node:test";
import { toTimestamp } from "./to-timestamp.ts";

test("a time that no calendar has is told as the nearest that has a text", () => {
  const told = [1_790_000_000_000.5, 0, 8.64e15 + 1, 1e300, Infinity, -1e300, -Infinity, NaN].map(toTimestamp);
  assert.deepEqual(told, [
    "2026-09-21T14:13:20.000Z",
    "1970-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999Z",
    "0000-01-01T00:00:00.000Z",
    "0000-01-01T00:00:00.000Z",
    "1970-01-01T00:00:00.000Z",
  ]);
});
