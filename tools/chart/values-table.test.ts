import assert from "node:assert/strict";
import { test } from "node:test";
import { valueRows, valuesTable } from "./values-table.ts";

test("rows by comment, deep keys with dots", () => {
  const text = [
    "# About the file. `# --` starts a description.",
    "",
    "# -- One.",
    "# Two lines.",
    "a: ''",
    "# Not a row.",
    "b:",
    "  # -- Deep.",
    "  c: [1]",
    "  d:",
    "    # -- A map.",
    "    e: { f: null }",
  ].join("\n");
  assert.deepEqual(valueRows(text), [
    { path: "a", standard: '""', description: "One. Two lines." },
    { path: "b.c", standard: "[1]", description: "Deep." },
    { path: "b.d.e", standard: '{"f":null}', description: "A map." },
  ]);
});

test("a key that nobody describes is an error", () => {
  assert.throws(() => valueRows("# -- A.\na: 1\nb: 2\n"), { message: /^b has no description/ });
  assert.throws(() => valueRows("a:\n  b: {}\n"), { message: /^a.b has no description/ });
  assert.throws(() => valueRows("- a"), { message: "the values are no map" });
});

test("the table keeps bars inside cells", () => {
  const rows = [{ path: "a", standard: '"|"', description: "this | that" }];
  assert.match(valuesTable(rows), /^\| `a` \| `"\\\|"` \| this \\\| that \|$/m);
});
