import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { lineChanges } from "./line-changes.ts";

test("shows lines that go and come in order", () => {
  assert.deepEqual(lineChanges("a\nb\nc", "a\nx\nc\nd"), ["- b", "+ x", "+ d"]);
  assert.deepEqual(lineChanges("a", "a"), []);
});

test("what goes is in the old text only as often as it leaves, and the rest is common", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, (old, now) => {
      const changes = lineChanges(old.join("\n"), now.join("\n"));
      const count = (sign: string) => changes.filter((line) => line.startsWith(sign)).length;
      assert.equal(old.length - count("-"), now.length - count("+"));
      for (const letter of ["a", "b", "c"]) {
        const left =
          old.filter((each) => each === letter).length - changes.filter((each) => each === `- ${letter}`).length;
        const right =
          now.filter((each) => each === letter).length - changes.filter((each) => each === `+ ${letter}`).length;
        assert.equal(left, right);
      }
    }),
  );
});

test("texts too long to compare are only counted", () => {
  const long = "x\n".repeat(2000);
  assert.deepEqual(lineChanges(long, `${long}y`), ["- (2001 lines)", "+ (2001 lines)"]);
});
