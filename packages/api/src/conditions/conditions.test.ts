import assert from "node:assert/strict";
import { test } from "node:test";
import { kindSchemas } from "../gen/schemas.ts";
import { schemaAt } from "../testing/schema-at.ts";
import { validateSchema } from "../validate/validate-schema.ts";
import { conditionsByKind, isGood, kstatusConditions } from "./conditions.ts";
import { reasons } from "./reasons.ts";

test("every kind declares the kstatus conditions, each type once, and its schema can hold them", () => {
  for (const { kind, schema } of kindSchemas) {
    const declared = conditionsByKind[kind as keyof typeof conditionsByKind];
    for (const condition of kstatusConditions) assert.ok(declared.includes(condition), kind);
    assert.equal(new Set(declared.map(({ type }) => type)).size, declared.length);
    for (const { type } of declared) {
      const written = {
        type,
        status: "True",
        reason: reasons.succeeded,
        message: "",
        lastTransitionTime: "2026-01-02T03:04:05Z",
      };
      assert.deepEqual(validateSchema(schemaAt(schema, "status.conditions"), [written], ""), [], `${kind} ${type}`);
    }
  }
});

test("reasons are unique words that a condition accepts", () => {
  const words = Object.values(reasons);
  assert.equal(new Set(words).size, words.length);
  for (const word of words) assert.match(word, /^[A-Z][A-Za-z]*$/);
});

test("polarity decides which status is good, and Unknown never is", () => {
  const [ready, reconciling] = kstatusConditions;
  assert.ok(ready && reconciling);
  assert.deepEqual([isGood({ status: "True" }, ready), isGood({ status: "False" }, ready)], [true, false]);
  assert.deepEqual([isGood({ status: "True" }, reconciling), isGood({ status: "False" }, reconciling)], [false, true]);
  assert.ok(!isGood({ status: "Unknown" }, ready) && !isGood({ status: "Unknown" }, reconciling));
});
