import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { revisionOf, type IssuedConfig } from "@ptp/node";
import fc from "fast-check";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { NodeConfigSchema } from "./gen/ptp/agent/v1/agent_pb.ts";
import { arbitraryNodeConfig } from "./testing/arbitrary.ts";
import { fromWireNodeConfig, toWireNodeConfig } from "./wire-node-config.ts";

const sha256Hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function overTheWire(issued: IssuedConfig) {
  const bytes = toBinary(NodeConfigSchema, create(NodeConfigSchema, toWireNodeConfig(issued)));
  return fromWireNodeConfig(fromBinary(NodeConfigSchema, bytes));
}

const boundaryClock: IssuedConfig = {
  revision: "0123456789abcdef",
  config: {
    nodeName: "worker-1",
    profiles: [
      {
        name: "bc_main",
        interface: "ens1f0",
        ptp4lOpts: "",
        ptp4lConf: "[global]\ndomainNumber 24\n",
        ptpSchedulingPolicy: "SCHED_FIFO",
        ptpSchedulingPriority: 10,
        ptpClockThreshold: {
          holdOverTimeout: 0,
          minOffsetThreshold: -100,
          processDowntimeThresholds: { ptp4l: 5, gpsd: 0 },
        },
        ptpSettings: { logReduce: "basic" },
        plugins: { e810: { enableDefaultConfig: false } },
      },
    ],
    hardware: [{ name: "hw", profile: "bc_main", hardwareProfile: { name: "x" } }],
    plugins: ["e810"],
    events: { enableEventPublisher: true, apiVersion: "2.0" },
    secrets: [{ secret: "keys", key: "sa", content: new Uint8Array([1, 2, 3]) }],
  },
};

test("a config keeps its revision over the wire", () => {
  fc.assert(
    fc.property(arbitraryNodeConfig, (config) => {
      const decoded = overTheWire({ revision: revisionOf(config, sha256Hex), config });
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.dropped, []);
      assert.equal(revisionOf(decoded.value.config, sha256Hex), decoded.value.revision);
    }),
  );
});

test("a config comes back as the same value", () => {
  assert.deepEqual(overTheWire(boundaryClock), { ok: true, value: boundaryClock, dropped: [] });
});

// The bytes of release 0.1: what an agent or operator of that version writes. Later versions must read them to the same
// value and must write them for the same value, or the skew of one minor version breaks.
const goldenHex =
  "0a10303132333435363738396162636465661208776f726b65722d311a9f010a0762635f6d61696e1206656e73316630" +
  "1a004a195b676c6f62616c5d0a646f6d61696e4e756d6265722032340a7a0a53434845445f4649464f80010a8a012208" +
  "00189cffffffffffffffff0122080a0467707364100022090a05707470346c10059201120a096c6f6752656475636512" +
  "0562617369639a01250a0465383130121d7b22656e61626c6544656661756c74436f6e666967223a66616c73657d221b" +
  "0a026877120762635f6d61696e1a0c7b226e616d65223a2278227d2a0465383130320708011a03322e303a0f0a046b65" +
  "7973120273611a03010203";

test("release 0.1 wrote these bytes", () => {
  const bytes = toBinary(NodeConfigSchema, create(NodeConfigSchema, toWireNodeConfig(boundaryClock)));
  assert.equal(Buffer.from(bytes).toString("hex"), goldenHex);
  const decoded = fromWireNodeConfig(fromBinary(NodeConfigSchema, Buffer.from(goldenHex, "hex")));
  assert.deepEqual(decoded, { ok: true, value: boundaryClock, dropped: [] });
});

test("a field of a newer version is passed over", () => {
  // Field 2000, a string: unknown today.
  const newer = Buffer.concat([Buffer.from(goldenHex, "hex"), Buffer.from("827d0568656c6c6f", "hex")]);
  const decoded = fromWireNodeConfig(fromBinary(NodeConfigSchema, newer));
  assert.deepEqual(decoded, { ok: true, value: boundaryClock, dropped: [] });
});

test("a profile with an unknown word is dropped alone, by name and path", () => {
  const message = create(NodeConfigSchema, {
    revision: "r",
    nodeName: "n",
    profiles: [{ name: "a" }, { name: "b", ptpSchedulingPolicy: "SCHED_DEADLINE" }],
  });
  assert.deepEqual(fromWireNodeConfig(message), {
    ok: true,
    value: {
      revision: "r",
      config: { nodeName: "n", profiles: [{ name: "a" }], hardware: [], plugins: [], secrets: [] },
    },
    dropped: [
      {
        name: "b",
        path: "ptpSchedulingPolicy",
        reason: 'unknown value "SCHED_DEADLINE": this version knows SCHED_OTHER, SCHED_FIFO',
      },
    ],
  });
});

test("plugin options that are not JSON and numbers that no double holds are told by their path", () => {
  const message = create(NodeConfigSchema, {
    revision: "r",
    nodeName: "n",
    profiles: [
      { name: "a", pluginsJson: { e810: "{" } },
      { name: "b", ptpClockThreshold: { holdOverTimeoutS: 9007199254740993n } },
    ],
    hardware: [{ name: "hw", profile: "a", hardwareProfileJson: "[]" }],
  });
  const decoded = fromWireNodeConfig(message);
  assert.ok(decoded.ok);
  assert.deepEqual(
    decoded.dropped.map(({ name, path }) => `${name} ${path}`),
    ["a plugins.e810", "b ptpClockThreshold.holdOverTimeout", "a hardware[hw].hardwareProfile"],
  );
});

const unfit = {
  "deep nesting": `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  "a number beyond the doubles": "1e999",
  "half of a surrogate pair": String.raw`"\ud800"`,
};
for (const [what, text] of Object.entries(unfit)) {
  test(`plugin options with ${what} cost their profile alone`, () => {
    const message = create(NodeConfigSchema, {
      revision: "r",
      nodeName: "n",
      profiles: [{ name: "a", pluginsJson: { e810: text } }, { name: "b" }],
    });
    const decoded = fromWireNodeConfig(message);
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value.config.profiles, [{ name: "b" }]);
    assert.deepEqual(
      decoded.dropped.map(({ name, path }) => `${name} ${path}`),
      ["a plugins.e810"],
    );
  });
}

test("without revision or node nothing is usable", () => {
  assert.deepEqual(fromWireNodeConfig(create(NodeConfigSchema, { nodeName: "n" })), {
    ok: false,
    reason: "undecodable: field revision: missing",
  });
  assert.deepEqual(fromWireNodeConfig(create(NodeConfigSchema, { revision: "r" })), {
    ok: false,
    reason: "undecodable: field node_name: missing",
  });
});
