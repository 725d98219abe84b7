import assert from "node:assert/strict";
import { test } from "node:test";
import { profileTextFields, type JsonObject, type JsonValue, type NodeProfile, type NodeSecret } from "@ptp/node";
import fc from "fast-check";
import type { AcceptedState } from "./accepted-state.ts";
import { fromStateJson, toStateJson } from "./state-json.ts";

const text = fc.string({ unit: "grapheme" });
const wholeNumber = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 60, -(2 ** 63))).map((number) => number + 0);
/** Written by JSON.stringify first: it has no negative zero. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

/** Any profile that wire accepts, that of a newer peer included: it may know more programs than we do. */
const profile: fc.Arbitrary<NodeProfile> = fc
  .tuple(
    fc.record(Object.fromEntries(profileTextFields.map((field) => [field, text])), { requiredKeys: [] }),
    fc.record(
      {
        name: text,
        ptpSchedulingPolicy: fc.constantFrom("SCHED_OTHER" as const, "SCHED_FIFO" as const),
        ptpSchedulingPriority: wholeNumber,
        ptpClockThreshold: fc.record(
          {
            holdOverTimeout: wholeNumber,
            maxOffsetThreshold: wholeNumber,
            minOffsetThreshold: wholeNumber,
            processDowntimeThresholds: fc.dictionary(text, wholeNumber),
          },
          { requiredKeys: [] },
        ),
        ptpSettings: fc.dictionary(text, text),
        highAvailability: fc.record(
          {
            enableHA: fc.boolean(),
            preferredPrimary: text,
            heartBeatTimeout: fc.nat(),
            sourcePriority: fc.array(text, { maxLength: 2 }),
          },
          { requiredKeys: [] },
        ),
        plugins: fc.dictionary(text, json),
      },
      { requiredKeys: ["name"] },
    ),
  )
  .map(([texts, rest]) => ({ ...texts, ...rest }));

const secret: fc.Arbitrary<NodeSecret> = fc.record({ secret: text, key: text, content: fc.uint8Array() });

const state: fc.Arbitrary<AcceptedState> = fc.record({
  issued: fc.record({
    revision: text,
    config: fc.record(
      {
        nodeName: text,
        profiles: fc.array(profile, { maxLength: 3 }),
        hardware: fc.array(fc.record({ name: text, profile: text, hardwareProfile: fc.dictionary(text, json) }), {
          maxLength: 2,
        }),
        plugins: fc.array(text, { maxLength: 3 }),
        events: fc.record(
          { enableEventPublisher: fc.boolean(), transportHost: text, apiVersion: text, storageType: text },
          { requiredKeys: ["enableEventPublisher"] },
        ),
        secrets: fc.array(secret, { maxLength: 2 }),
        leapSeconds: text,
      },
      { requiredKeys: ["nodeName", "profiles", "hardware", "plugins", "secrets"] },
    ),
  }),
  dropped: fc.array(fc.record({ name: text, path: text, reason: text }), { maxLength: 2 }),
  lastApplied: fc.array(profile, { maxLength: 2 }),
  keptSecrets: fc.array(secret, { maxLength: 2 }),
  runIds: fc.dictionary(text, fc.nat()),
});

/** Prototypes of what fast-check and JSON make differ; the values must not. */
const plain = <T>(value: T): T => structuredClone(value);

const throughText = (value: JsonObject): JsonObject => JSON.parse(JSON.stringify(value));

test("whatever was accepted is read again as the same value", () => {
  fc.assert(
    fc.property(state, (accepted) => {
      const { state: again, problems } = fromStateJson(throughText(toStateJson(accepted)));
      assert.deepEqual(problems, []);
      assert.deepEqual(plain(again), plain(accepted));
    }),
  );
});

const accepted: AcceptedState = {
  issued: {
    revision: "r1",
    config: {
      nodeName: "n",
      profiles: [{ name: "a", ptp4lOpts: "-2" }, { name: "b" }],
      hardware: [],
      plugins: [],
      secrets: [{ secret: "s", key: "k", content: new Uint8Array([1]) }],
    },
  },
  dropped: [],
  lastApplied: [],
  keptSecrets: [],
  runIds: { a: 0, b: 1 },
};

test("fields of a newer agent are passed over, wherever they are", () => {
  const written = throughText(toStateJson(accepted));
  const withNews = JSON.parse(JSON.stringify(written).replaceAll("{", '{"future":{"x":[1]},'));
  // Settings and run ids are maps: there any key is content.
  withNews.runIds = written["runIds"];
  assert.deepEqual(fromStateJson(withNews), { state: accepted, problems: [] });
});

test("a profile that cannot be read is dropped alone, with its name", () => {
  const written = throughText(toStateJson(accepted));
  const profiles = [{ name: "a", ptpSchedulingPolicy: "SCHED_DEADLINE" }, { name: "b" }, { ptp4lOpts: 3 }];
  const { state: again, problems } = fromStateJson({ ...written, profiles });
  assert.deepEqual(again.issued.config.profiles, [{ name: "b" }]);
  const reason = 'the state file\'s form of it cannot be read: ptpSchedulingPolicy: unknown value "SCHED_DEADLINE"';
  assert.deepEqual(again.dropped, [{ name: "a", path: "", reason }]);
  assert.deepEqual(problems, [
    'profiles[0].ptpSchedulingPolicy: unknown value "SCHED_DEADLINE"',
    "profiles[2].name: is not a string",
  ]);
});

test("any other damage costs itself alone", () => {
  const damage = { hardware: 1, secrets: [{}], events: [], runIds: { a: -1, b: 1 }, lastApplied: null };
  const { state: again, problems } = fromStateJson({ ...throughText(toStateJson(accepted)), ...damage });
  assert.deepEqual(again, {
    ...accepted,
    issued: { ...accepted.issued, config: { ...accepted.issued.config, secrets: [] } },
    runIds: { b: 1 },
  });
  assert.equal(problems.length, 5);
});

test("a state without what an older agent did not write is whole", () => {
  const { keptSecrets: _, ...older } = throughText(toStateJson(accepted));
  assert.deepEqual(fromStateJson(older), { state: accepted, problems: [] });
});
