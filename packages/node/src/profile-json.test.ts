import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { JsonValue } from "./json.ts";
import { processDowntimeDefaults, profileTextFields, type NodeProfile } from "./node-profile.ts";
import { fromProfileJson, toProfileJson } from "./profile-json.ts";

/** Values that a JSON text of the configuration map could hold. */
const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue;

for (const [text, names] of [
  ["[]", []],
  ["null", []],
  ['[{"name":"a","ptp4lOpts":"-2"}]', ["a"]],
  ['{"name":"a","interface":"eth0","ptp4lOpts":"-2 -s"}', ["a"]],
  ['{"interface":"eth0","ptp4lOpts":"-s -2","phc2sysOpts":"-a -r"}', ["default"]],
  ['{"name":null,"interface":null}', ["default"]],
  ['[{"name":"a"},{"name":"b"}]', ["a", "b"]],
] as const) {
  test(`fromProfileJson accepts ${text}`, () => {
    const { profiles, refused, unusable } = fromProfileJson(parse(text));
    assert.deepEqual([profiles.map(({ name }) => name), refused, unusable], [names, [], undefined]);
  });
}

for (const text of ['"text"', "7", "true"]) {
  test(`fromProfileJson calls ${text} unusable, which is not an empty list`, () => {
    const { profiles, unusable } = fromProfileJson(parse(text));
    assert.deepEqual(profiles, []);
    assert.match(unusable ?? "", /expected a list of profiles or one profile, got/);
  });
}

for (const [wrong, name, path, reason] of [
  [null, "profile[0]", "", /expected a profile, got null/],
  [[], "profile[0]", "", /got a list/],
  [{ name: null }, "profile[0]", "name", /got null/],
  [{}, "profile[0]", "name", /got nothing/],
  [{ name: "" }, "profile[0]", "name", /got ""/],
  [{ name: 7 }, "profile[0]", "name", /got 7/],
  [{ name: "x", ptp4lOpts: 2 }, "x", "ptp4lOpts", /expected text, got 2/],
  [{ name: "x", ptp4lopts: "-2" }, "x", "ptp4lopts", /unknown field; the fields here are .*ptp4lOpts/],
  [{ name: "x", ptpSchedulingPolicy: "FIFO" }, "x", "ptpSchedulingPolicy", /SCHED_OTHER or SCHED_FIFO, got "FIFO"/],
  [{ name: "x", ptpSchedulingPriority: "66" }, "x", "ptpSchedulingPriority", /whole number/],
  [{ name: "x", ptpSchedulingPriority: 1.5 }, "x", "ptpSchedulingPriority", /whole number/],
  [{ name: "x", ptpClockThreshold: [] }, "x", "ptpClockThreshold", /expected an object, got a list/],
  [{ name: "x", ptpClockThreshold: { max: 1 } }, "x", "ptpClockThreshold.max", /unknown field/],
  [
    { name: "x", ptpClockThreshold: { processDowntimeThresholds: { ptp4l: -1 } } },
    "x",
    "ptpClockThreshold.processDowntimeThresholds.ptp4l",
    /from 0 to 86400, got -1/,
  ],
  [{ name: "x", ptpSettings: { logReduce: true } }, "x", "ptpSettings.logReduce", /text, got true; put it in quotes/],
  [{ name: "x", highAvailability: { enableHA: "yes" } }, "x", "highAvailability.enableHA", /true or false, got "yes"/],
  [{ name: "x", highAvailability: { sourcePriority: "a" } }, "x", "highAvailability.sourcePriority", /a list of texts/],
  [{ name: "x", highAvailability: { sourcePriority: [1] } }, "x", "highAvailability.sourcePriority[0]", /text, got 1/],
  [{ name: "x", highAvailability: { heartBeatTimeout: -1 } }, "x", "highAvailability.heartBeatTimeout", /0 to 3600/],
  [{ name: "x", highAvailability: { primary: "a" } }, "x", "highAvailability.primary", /unknown field/],
  [{ name: "x", plugins: ["e810"] }, "x", "plugins", /expected an object/],
  [{ name: "x", interface: 1, nope: 1 }, "x", "nope", /unknown field.*; interface: expected text/],
] as const) {
  test(`fromProfileJson refuses ${JSON.stringify(wrong)} alone`, () => {
    const { profiles, refused } = fromProfileJson([wrong, { name: "good" }]);
    assert.deepEqual(profiles, [{ name: "good" }]);
    assert.equal(refused.length, 1);
    assert.deepEqual([refused[0]?.name, refused[0]?.path], [name, path]);
    assert.match(refused[0]?.reason ?? "", reason);
  });
}

for (const [field, text, reason] of [
  ["plugins", `{"e810":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /nested deeper than 100 levels; flatten it/],
  ["plugins", '{"e810":{"delay":1e999}}', /number too large/],
  ["plugins", '{"\\ud800":1}', /half of a surrogate pair/],
  ["interface", '"\\udc00"', /half of a surrogate pair/],
  ["ptpSettings", '{"logReduce":"\\ud800"}', /half of a surrogate pair/],
] as const) {
  test(`fromProfileJson refuses ${field} ${text.slice(0, 40)}, which has no revision`, () => {
    const { profiles, refused } = fromProfileJson(parse(`[{"name":"x","${field}":${text}},{"name":"good"}]`));
    assert.deepEqual([profiles, refused[0]?.name, refused[0]?.path], [[{ name: "good" }], "x", field]);
    assert.match(refused[0]?.reason ?? "", reason);
  });
}

test("fromProfileJson keeps the first of two profiles of one name", () => {
  const { profiles, refused } = fromProfileJson([
    { name: "a", interface: "eth0" },
    { name: "a", interface: "eth1" },
  ]);
  assert.deepEqual(profiles, [{ name: "a", interface: "eth0" }]);
  assert.deepEqual([refused[0]?.name, refused[0]?.path], ["a", "name"]);
});

test("toProfileJson writes zeros and empty strings", () => {
  const threshold = { holdOverTimeout: 0, maxOffsetThreshold: 0, processDowntimeThresholds: { ptp4l: 0 } };
  const profile: NodeProfile = { name: "a_p", ptp4lOpts: "", ptpClockThreshold: threshold };
  assert.equal(
    JSON.stringify(toProfileJson([profile])),
    '[{"name":"a_p","ptp4lOpts":"","ptpClockThreshold":{"holdOverTimeout":0,"maxOffsetThreshold":0,' +
      '"processDowntimeThresholds":{"ptp4l":0}}}]',
  );
});

const integer = fc.maxSafeInteger();
const profileOf = (name: string): fc.Arbitrary<NodeProfile> =>
  fc.record(
    {
      name: fc.constant(name),
      ...Object.fromEntries(profileTextFields.map((field) => [field, fc.string({ unit: "grapheme" })])),
      ptpSchedulingPolicy: fc.constantFrom("SCHED_OTHER", "SCHED_FIFO"),
      ptpSchedulingPriority: fc.integer({ min: 1, max: 65 }),
      ptpClockThreshold: fc.record(
        {
          holdOverTimeout: integer,
          maxOffsetThreshold: integer,
          minOffsetThreshold: integer,
          processDowntimeThresholds: fc.record(
            Object.fromEntries(Object.keys(processDowntimeDefaults).map((name) => [name, fc.nat({ max: 86_400 })])),
            { requiredKeys: [] },
          ),
        },
        { requiredKeys: [] },
      ),
      ptpSettings: fc.dictionary(fc.string(), fc.string()),
      highAvailability: fc.record(
        {
          enableHA: fc.boolean(),
          preferredPrimary: fc.string(),
          heartBeatTimeout: fc.nat({ max: 3600 }),
          sourcePriority: fc.array(fc.string()),
        },
        { requiredKeys: [] },
      ),
      plugins: fc.dictionary(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ["name"] },
  ) as fc.Arbitrary<NodeProfile>;

test("fromProfileJson reads what toProfileJson writes", () => {
  const profiles = fc.uniqueArray(fc.string({ minLength: 1 })).chain((names) => fc.tuple(...names.map(profileOf)));
  fc.assert(
    fc.property(profiles, (profiles) => {
      const text = JSON.stringify(toProfileJson(profiles));
      const { profiles: read, refused } = fromProfileJson(parse(text));
      assert.deepEqual(refused, []);
      assert.equal(JSON.stringify(toProfileJson(read)), text);
    }),
  );
});

test("fromProfileJson takes any JSON and never throws; every entry is either a profile or refused", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      const { profiles, refused } = fromProfileJson(values as JsonValue);
      assert.equal(profiles.length + refused.length, values.length);
    }),
  );
});
