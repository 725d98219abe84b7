import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreeWhere } from "./agree-where.ts";

test("agreeWhere: only what is wanted counts", () => {
  const wanted = { spec: { a: 1, list: [{ x: 1 }] } };
  const live = { spec: { a: 1, list: [{ x: 1, defaulted: true }], b: 2 }, status: { n: 1 } };
  assert.equal(agreeWhere(wanted, live, { ...live, status: { n: 2 } }), true);
  assert.equal(agreeWhere(wanted, live, { spec: { ...live.spec, b: 3 } }), true);
  assert.equal(agreeWhere(wanted, live, { spec: { ...live.spec, a: 2 } }), false);
  assert.equal(agreeWhere(wanted, live, { spec: { a: 1, list: [{ x: 1 }] } }), false);
  assert.equal(agreeWhere(wanted, live, { spec: { a: 1 } }), false);
  assert.equal(agreeWhere(wanted, live, undefined), false);
});

test("agreeWhere: a value always agrees with itself, and equal values always agree", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (wanted, value) => {
      assert.equal(agreeWhere(wanted, value, structuredClone(value)), true);
    }),
  );
});

test("agreeWhere: with the value itself as wish, agreeing means equal", () => {
  const value = fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom(1, 2), { minKeys: 2 });
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.equal(agreeWhere(a, a, b), JSON.stringify([a["a"], a["b"]]) === JSON.stringify([b["a"], b["b"]]));
    }),
  );
});
