import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "./canonical-json.ts";
import type { NodeConfig } from "./node-config.ts";
import { revisionFor, revisionInput, revisionOf, type Sha256Hex } from "./revision.ts";

const sha256Hex: Sha256Hex = (bytes) => createHash("sha256").update(bytes).digest("hex");

const empty: NodeConfig = { nodeName: "w1", profiles: [], hardware: [], plugins: [], secrets: [] };

const full: NodeConfig = {
  nodeName: "worker-1",
  profiles: [
    {
      name: "oc_oc1",
      interface: "ens1f0",
      ptp4lOpts: "-2 -s",
      phc2sysOpts: "",
      ptp4lConf: "[global]\ndomainNumber 24\nsa_file /etc/ptp-secret-mount/auth/keys\n",
      ptpSchedulingPolicy: "SCHED_FIFO",
      ptpSchedulingPriority: 65,
      ptpClockThreshold: { holdOverTimeout: 0, maxOffsetThreshold: 50, processDowntimeThresholds: { gpsd: 0 } },
      ptpSettings: { logReduce: "true" },
      plugins: { e810: { enableDefaultConfig: false, ublxCmds: [{ args: ["-P", "29.20"] }] } },
    },
  ],
  hardware: [{ name: "board", profile: "oc_oc1", hardwareProfile: { name: "hw", clockChain: { structure: [] } } }],
  plugins: ["e810", "ntpfailover"],
  events: { enableEventPublisher: true, transportHost: "http://NODE_NAME:9043" },
  secrets: [{ secret: "auth", key: "keys", content: new TextEncoder().encode("spp 1\n") }],
};

/** Checked in as literals: a change here means that every node of every cluster gets its configuration anew. */
const goldens: readonly (readonly [string, NodeConfig, string])[] = [
  ["an empty config", empty, "d0bf2397e764c6ce"],
  ["a profile without fields", { ...empty, profiles: [{ name: "a_p" }] }, "2aa20f154e77e2ed"],
  ["a config with every part", full, "b0a04be06ad0bbca"],
  ["a leap second list alone", { ...empty, leapSeconds: "#$ 1\n" }, "a22d05becf658936"],
];

for (const [what, config, revision] of goldens) {
  test(`the revision of ${what} stays ${revision}`, () => assert.equal(revisionOf(config, sha256Hex), revision));
}

test("revisionInput of a full config is what the golden revision was taken over", () => {
  assert.equal(
    canonicalJson(revisionInput({ ...full, profiles: [], secrets: full.secrets }, (bytes) => `${bytes.length}`)),
    '{"events":{"enableEventPublisher":true,"transportHost":"http://NODE_NAME:9043"},"hardware":[{"hardwareProfile":' +
      '{"clockChain":{"structure":[]},"name":"hw"},"name":"board","profile":"oc_oc1"}],"nodeName":"worker-1","plugins":' +
      '["e810","ntpfailover"],"secrets":[{"key":"keys","secret":"auth","sha256":"16"}]}',
  );
});

const withProfile = (fields: object): NodeConfig => ({ ...empty, profiles: [{ name: "a_p", ...fields }] });
const plain = revisionOf(withProfile({}), sha256Hex);

for (const fields of [
  { ptpClockThreshold: {} },
  { ptpClockThreshold: { holdOverTimeout: 5, maxOffsetThreshold: 100, minOffsetThreshold: -100 } },
  { ptpClockThreshold: { processDowntimeThresholds: {} } },
  { ptpClockThreshold: { processDowntimeThresholds: { ptp4l: 5, gpsd: 1, gpspipe: 1 } } },
  { ptpSettings: {} },
  { highAvailability: {} },
  { highAvailability: { enableHA: false, heartBeatTimeout: 0, sourcePriority: [] } },
  { plugins: {} },
]) {
  test(`${JSON.stringify(fields)} is a default and changes no revision`, () =>
    assert.equal(revisionOf(withProfile(fields), sha256Hex), plain));
}

for (const fields of [
  { ptp4lOpts: "" },
  { phc2sysOpts: "" },
  { ptpClockThreshold: { holdOverTimeout: 0 } },
  { ptpClockThreshold: { minOffsetThreshold: 0 } },
  { ptpClockThreshold: { processDowntimeThresholds: { gpsd: 0 } } },
  { ptpClockThreshold: { processDowntimeThresholds: { gpsd: 5 } } },
  { highAvailability: { enableHA: true } },
  { highAvailability: { preferredPrimary: "a" } },
  { highAvailability: { heartBeatTimeout: 2 } },
  { highAvailability: { sourcePriority: ["a"] } },
  { plugins: { e810: {} } },
]) {
  test(`${JSON.stringify(fields)} means something and changes the revision`, () =>
    assert.notEqual(revisionOf(withProfile(fields), sha256Hex), plain));
}

test("events that are off are no events", () => {
  const off = { ...empty, events: { enableEventPublisher: false } };
  assert.equal(revisionOf(off, sha256Hex), revisionOf(empty, sha256Hex));
});

test("a secret's bytes and place both count, and the bytes stand nowhere in the input", () => {
  const secret = { secret: "auth", key: "keys", content: new TextEncoder().encode("HEX:0011") };
  const revision = (change: object) => revisionOf({ ...empty, secrets: [{ ...secret, ...change }] }, sha256Hex);
  const revisions = [{}, { key: "other" }, { secret: "b" }, { content: new TextEncoder().encode("HEX:0012") }];
  assert.equal(new Set(revisions.map(revision)).size, 4);
  assert.ok(!canonicalJson(revisionInput({ ...empty, secrets: [secret] }, sha256Hex)).includes("HEX"));
});

test("revisionFor gives what revisionOf gives, whatever else the config holds", () => {
  const parts = fc.record({
    profiles: fc.constantFrom(empty.profiles, full.profiles),
    hardware: fc.constantFrom(empty.hardware, full.hardware),
    plugins: fc.constantFrom(empty.plugins, full.plugins),
    secrets: fc.constantFrom(empty.secrets, full.secrets),
  });
  const lists = fc.option(fc.string({ unit: "grapheme" }), { nil: undefined });
  fc.assert(
    fc.property(
      parts,
      fc.string({ unit: "grapheme" }),
      fc.boolean(),
      lists,
      (shared, nodeName, events, leapSeconds) => {
        const leap = leapSeconds === undefined ? {} : { leapSeconds };
        const config = { nodeName, ...shared, ...leap, ...(events ? { events: { enableEventPublisher: true } } : {}) };
        const direct = sha256Hex(new TextEncoder().encode(canonicalJson(revisionInput(config, sha256Hex))));
        const named: NodeConfig = { ...config, nodeName: "ignored" };
        assert.equal(revisionFor(named, sha256Hex)(nodeName, leapSeconds), direct.slice(0, 16));
        assert.equal(revisionOf(config, sha256Hex), direct.slice(0, 16));
      },
    ),
  );
});
