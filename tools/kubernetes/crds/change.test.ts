import assert from "node:assert/strict";
import { test } from "node:test";
import { changed } from "./change.ts";

const value = { a: [1, { b: 2 }], c: null };

test("changed does one thing at one place and leaves the value alone", () => {
  const at = (place: number, how: "replace" | "remove" | "add"): unknown => changed(value, { place, how, value: "x" });
  // Places in order: the whole, a, a[0], a[1], a[1].b, c.
  assert.equal(at(0, "replace"), "x");
  assert.deepEqual(at(1, "add"), { a: [1, { b: 2 }, "x"], c: null });
  assert.deepEqual(at(2, "remove"), { a: [{ b: 2 }], c: null });
  assert.deepEqual(at(3, "add"), { a: [1, { b: 2, unheardOf: "x" }], c: null });
  assert.deepEqual(at(4, "replace"), { a: [1, { b: "x" }], c: null });
  assert.deepEqual(at(5, "remove"), { a: [1, { b: 2 }] });
  assert.deepEqual(at(6 + 5, "replace"), { a: [1, { b: 2 }], c: "x" });
  assert.deepEqual(value, { a: [1, { b: 2 }], c: null });
});
