import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "./canonical-json.ts";
import type { JsonValue } from "./json.ts";

const wellFormedJson = fc.jsonValue({ stringUnit: "grapheme" }).map((value) => value as JsonValue);

test("canonicalJson writes the example of RFC 8785 section 3.2.2", () => {
  const value = JSON.parse(
    String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
  ) as JsonValue;
  const expected =
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
    '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
  assert.equal(canonicalJson(value), expected);
});

test("canonicalJson sorts members by UTF-16 code units (RFC 8785 section 3.2.3)", () => {
  const value = { "\u20ac": 5, "\r": 1, "\ufb33": 7, "1": 2, "\u{1f600}": 6, "\u0080": 3, "\u00f6": 4 };
  assert.equal(canonicalJson(value), '{"\\r":1,"1":2,"\u0080":3,"\u00f6":4,"\u20ac":5,"\u{1f600}":6,"\ufb33":7}');
});

for (const [value, expected] of [
  [0, "0"],
  [-0, "0"],
  [5e-324, "5e-324"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
  [9007199254740992, "9007199254740992"],
  [295147905179352830000, "295147905179352830000"],
  [1e21, "1e+21"],
  [1e-7, "1e-7"],
  [333333333.3333332, "333333333.3333332"],
] as const) {
  test(`canonicalJson writes ${expected} as in RFC 8785 appendix B`, () =>
    assert.equal(canonicalJson(value), expected));
}

for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "\ud83d", { "\ude00": 1 }]) {
  test(`canonicalJson refuses ${JSON.stringify(value)}`, () => assert.throws(() => canonicalJson(value), RangeError));
}

test("canonicalJson loses nothing and is a fixed point", () => {
  fc.assert(
    fc.property(wellFormedJson, (value) => {
      const text = canonicalJson(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(JSON.parse(text) as JsonValue), text);
    }),
  );
});

test("canonicalJson does not see the order of members", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), wellFormedJson), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).toReversed());
      assert.equal(canonicalJson(reversed), canonicalJson(object));
    }),
  );
});
