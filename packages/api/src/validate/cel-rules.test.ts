import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "@marcbachmann/cel-js";
import { kindSchemas } from "../gen/schemas.ts";
import { holdsRule } from "./cel-rules.ts";
import type { JsonObject } from "./json-object.ts";
import type { Rule, Schema } from "./schema.ts";

/** Objects each rule is tried on, by rule; at least one that holds and one that does not. */
const cases: Readonly<Record<string, readonly (readonly [JsonObject, boolean])[]>> = {
  "self.metadata.name == 'default'": [
    [{ metadata: { name: "default" } }, true],
    [{ metadata: { name: "Default" } }, false],
    [{ metadata: { name: "" } }, false],
    [{ metadata: { name: "default", namespace: "elsewhere" }, spec: {} }, true],
  ],
  "has(self.ttyDevice) != has(self.ethernetInterface)": [
    [{ ttyDevice: "/dev/gnss0" }, true],
    [{ ethernetInterface: "ens1f0" }, true],
    [{ ttyDevice: "", ethernetInterface: "" }, false],
    [{ ttyDevice: "" }, true],
    [{}, false],
  ],
  "!has(self.highAvailability) || !has(self.highAvailability.enableHA) || !self.highAvailability.enableHA || (has(self.ptpSettings) && 'haProfiles' in self.ptpSettings)":
    [
      [{}, true],
      [{ highAvailability: {} }, true],
      [{ highAvailability: { enableHA: false } }, true],
      [{ highAvailability: { enableHA: true } }, false],
      [{ highAvailability: { enableHA: true }, ptpSettings: { logReduce: "true" } }, false],
      [{ highAvailability: { enableHA: true }, ptpSettings: { haProfiles: "a,b" } }, true],
    ],
};

test("every CEL rule means in TypeScript what its text means", async (t) => {
  const rules = kindSchemas.flatMap(({ schema }) => [...rulesIn(schema)]);
  assert.deepEqual(new Set(rules.map(({ rule }) => rule)), new Set(Object.keys(cases)));
  for (const rule of rules) {
    const tried = cases[rule.rule] ?? [];
    assert.deepEqual(new Set(tried.map(([, expected]) => expected)), new Set([true, false]));
    for (const [self, expected] of tried) {
      await t.test(`${rule.rule} on ${JSON.stringify(self)}`, () => {
        assert.equal(evaluate(rule.rule, { self }), expected);
        assert.equal(holdsRule(rule, self), expected);
      });
    }
  }
});

test("a rule without a meaning is a bug", () => {
  assert.throws(() => holdsRule({ rule: "self.x > 0", message: "" }, {}), /CEL rule without a meaning: self\.x > 0/);
});

function* rulesIn(schema: Schema): Generator<Rule> {
  if (schema.type === "array") yield* rulesIn(schema.items);
  if (schema.type === "map") yield* rulesIn(schema.values);
  if (schema.type !== "object") return;
  yield* schema.rules ?? [];
  for (const field of Object.values(schema.fields)) yield* rulesIn(field);
}
