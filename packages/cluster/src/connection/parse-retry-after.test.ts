import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRetryAfter } from "./parse-retry-after.ts";

for (const [header, expected] of [
  ["1", 1000],
  [" 5 ", 5000],
  ["0", 0],
  ["86400", 60_000],
  ["-1", undefined],
  ["Sat, 21 Nov 2026 10:00:00 GMT", undefined],
  [undefined, undefined],
  [["2", "9"], 2000],
] as const) {
  test(`parseRetryAfter: ${JSON.stringify(header)}`, () => assert.equal(parseRetryAfter(header), expected));
}
