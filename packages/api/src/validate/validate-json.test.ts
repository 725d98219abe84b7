import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkJson } from "./validate-json.ts";
import { validateObject } from "./validate-object.ts";

test("every JSON value is JSON, also after a round trip", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => assert.deepEqual(checkJson(value, "x"), [])));
});

test("what JSON cannot say is found at its place", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ a: [0, Number.NaN] }, "x.a[1]"],
    [{ a: Number.POSITIVE_INFINITY }, "x.a"],
    [{ a: 1n }, "x.a"],
    [{ a: "\uD800" }, "x.a"],
    [{ a: { "\uDC00": 1 } }, "x.a"],
    [[new Map()], "x[0]"],
    [new Uint8Array(1), "x"],
  ];
  for (const [value, path] of cases) {
    assert.deepEqual(
      checkJson(value, "x").map((finding) => finding.path),
      [path],
    );
  }
  assert.deepEqual(checkJson("\u{1F552}", "x"), []);
});

test("a value that contains itself is refused, not followed", () => {
  const loop: Record<string, unknown> = {};
  loop["left"] = loop;
  loop["right"] = [loop, loop];
  assert.equal(checkJson(loop, "x").length, 1);
  const wide = Array.from({ length: 200_000 }, () => 0);
  assert.equal(checkJson(wide, "x").length, 1);
});

test("text, keys and plugin options of an object are well-formed", () => {
  const object = (profile: object) => ({
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name: "c" },
    spec: { profile: [{ name: "p", ...profile }], recommend: [] },
  });
  for (const profile of [
    { ptp4lConf: "\uD800" },
    { ptpSettings: { "\uD800": "x" } },
    { ptpSettings: { a: "\uDFFF" } },
    { plugins: { e810: { pins: ["\uD800"] } } },
    { plugins: { e810: { delay: Number.NaN } } },
  ]) {
    assert.equal(validateObject(object(profile)).length, 1, JSON.stringify(profile));
  }
});
