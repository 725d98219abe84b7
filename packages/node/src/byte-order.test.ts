import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { byBytes } from "./byte-order.ts";

const unit = fc.constantFrom("a", "b", "é", "\ud7ff", "\ue000", "\uffee", "\u{10000}", "\u{1f600}");

test("byBytes orders texts as their UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 4 }), fc.string({ unit, maxLength: 4 }), (a, b) => {
      assert.equal(Math.sign(byBytes(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
