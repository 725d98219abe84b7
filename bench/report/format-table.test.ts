import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable } from "./format-table.ts";

test("a table lines its columns up and says whether targets were met", () => {
  const text = formatTable([
    { name: "edit to running", unit: "ms", samples: [120.4, 99.96, 1234.5], target: { of: "p99", atMost: 1000 } },
    { name: "restarts", unit: "", samples: [0], target: { of: "max", atMost: 0 }, note: "by PID" },
  ]);
  assert.deepEqual(text.split("\n"), [
    "what             unit  n  p50   p99  min   max  target      met",
    "edit to running  ms    3  120  1235  100  1235  p99 ≤ 1000  NO",
    "restarts               1    0                   max ≤ 0     yes",
    "  restarts: by PID",
  ]);
});
