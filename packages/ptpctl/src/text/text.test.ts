import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { textTable } from "./text-table.ts";
import { toPrintable } from "./to-printable.ts";
import { toJsonText } from "../outcome.ts";
import { indent, wrap } from "./wrap.ts";

test("textTable aligns columns and makes rows as high as their highest cell", () => {
  const table = textTable(
    ["NAME", "LIST"],
    [
      ["a", ["one", "two"]],
      ["longer", []],
    ],
  );
  assert.equal(table, "NAME    LIST\na       one\n        two\nlonger\n");
});

test("wrap keeps every word and the width, where words allow it", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 12, max: 40 }), (list, width) => {
      const lines = wrap(list.join(" "), width);
      assert.equal(lines.join(" "), list.join(" "));
      assert.ok(lines.every((line) => line.length <= width));
    }),
  );
  assert.equal(indent("a\nb", 2), "  a\n  b\n");
});

test("toPrintable leaves no character that a terminal obeys, and nothing else is changed", () => {
  assert.equal(toPrintable("a\u001b[31m\r\u009b\u202e\tb\n"), String.raw`a\x1b[31m\x0d\x9b\u202e` + "\tb\n");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      assert.doesNotMatch(toPrintable(text), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
  assert.equal(toPrintable("µs → ✓"), "µs → ✓");
});

test("toJsonText writes the same value without such characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = toJsonText({ text });
      assert.equal(toPrintable(json), json);
      assert.deepEqual(JSON.parse(json), { text });
    }),
  );
});
