import assert from "node:assert/strict";
import { test } from "node:test";
import { summary } from "./summary.ts";

const good = { title: "edit", good: true, tookMs: 1234, problems: [] };

test("summary tells duration and outcome of every step", () => {
  assert.deepEqual(summary([good, { ...good, title: "stop it", good: false, problems: ["not within 3 s: x"] }], 2000), [
    "ok    edit       1.23 s",
    "FAIL  stop it    1.23 s",
    "        not within 3 s: x",
    "1 of 2 steps failed, 2.00 s in all",
  ]);
  assert.equal(summary([good], 2000).at(-1), "all 1 steps came true, 2.00 s in all");
});
