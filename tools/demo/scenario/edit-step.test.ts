import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nextPriority2, withPriority2 } from "./edit-step.ts";

const ordinary = readFileSync(join(import.meta.dirname, "../../../examples/demo/ordinary.yaml"), "utf8");

test("each edit of the demo's document changes priority2 alone, and in the same place", () => {
  const first = withPriority2(ordinary, nextPriority2(ordinary));
  assert.equal(first.replace(/^ +priority2 200\n/m, ""), ordinary);
  const second = withPriority2(first, nextPriority2(first));
  assert.equal(second, first.replace("priority2 200", "priority2 201"));
});

test("nextPriority2 never repeats the current value, and stays in range", () => {
  let text = ordinary;
  for (let edit = 0; edit < 300; edit++) {
    const next = nextPriority2(text);
    assert.ok(next > 128 && next <= 255, String(next));
    const after = withPriority2(text, next);
    assert.notEqual(after, text);
    text = after;
  }
});
