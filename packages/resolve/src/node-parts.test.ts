import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { ClusterSnapshot, SecretObject } from "./cluster-snapshot.ts";
import { resolve } from "./resolve.ts";
import { config, hardware, node, sha256Hex, simple, snapshotOf } from "./testing/snapshot.ts";

function run(parts: Partial<ClusterSnapshot>) {
  const { nodes, status, hardwareStatus } = resolve(snapshotOf({ nodes: [node("w1")], ...parts }), sha256Hex);
  const found = nodes.get("w1");
  assert.ok(found !== undefined);
  return { ...found, status, hardwareStatus };
}

const kindsOf = (conflicts: readonly { kind: string; subject: string }[]) =>
  conflicts.map(({ kind, subject }) => `${kind} ${subject}`);

for (const [spec, plugins] of [
  [undefined, ["e810", "e825", "e830", "ntpfailover"]],
  [{ daemonNodeSelector: {} }, ["e810", "e825", "e830", "ntpfailover"]],
  [{ daemonNodeSelector: {}, plugins: {} }, []],
  [{ daemonNodeSelector: {}, plugins: { ntpfailover: null, e810: {} } }, ["e810", "ntpfailover"]],
] as const) {
  test(`plugins of ${JSON.stringify(spec)}`, () => {
    const operatorConfig = spec === undefined ? {} : { operatorConfig: config("default", spec) };
    assert.deepEqual(run(operatorConfig).config.plugins, plugins);
  });
}

test("half a surrogate pair in the PtpOperatorConfig counts as absent", () => {
  const ptpEventConfig = { enableEventPublisher: true, transportHost: "\ud800", apiVersion: "2.0" };
  const operatorConfig = config("default", { plugins: { "\ud800": {}, e810: {} }, ptpEventConfig });
  const { plugins, events } = run({ operatorConfig }).config;
  assert.deepEqual([plugins, events], [["e810"], { enableEventPublisher: true, apiVersion: "2.0" }]);
});

test("events travel only while they are on, and a nodeSelector limits nothing", () => {
  const spec = (enableEventPublisher: boolean) => ({
    daemonNodeSelector: { never: "there" },
    ptpEventConfig: { enableEventPublisher, transportHost: "http://x", storageType: "emptyDir" },
  });
  const ptpConfigs = [config("a", simple("p", []))];
  const on = run({ ptpConfigs, operatorConfig: config("default", spec(true)) });
  const events = { enableEventPublisher: true, transportHost: "http://x", storageType: "emptyDir" };
  assert.deepEqual([on.config.events, on.config.profiles.length], [events, 1]);
  const off = run({ ptpConfigs, operatorConfig: config("default", spec(false)) });
  assert.deepEqual([off.config.events, off.revision], [undefined, run({ ptpConfigs }).revision]);
});

test("a HardwareConfig goes to the nodes whose profile it relates to", () => {
  const nodes = ["w2", "w1", "w3"].map((name) => node(name));
  const ptpConfigs = [config("a", simple("p", [{ nodeName: "w1" }, { nodeName: "w2" }]))];
  const hardwareConfigs = [hardware("board", "p"), hardware("other", "q"), config("empty", hardware("x", "").spec)];
  const { config: got, hardwareStatus } = run({ nodes, ptpConfigs, hardwareConfigs });
  assert.deepEqual(
    got.hardware.map(({ name, profile }) => [name, profile]),
    [["board", "a_p"]],
  );
  assert.deepEqual(hardwareStatus.get("HardwareConfig/openshift-ptp/board")?.matchedNodes, [
    { nodeName: "w1", ptpProfile: "p" },
    { nodeName: "w2", ptpProfile: "p" },
  ]);
  const conditions = [...hardwareStatus].map(([, { conditions }]) =>
    conditions.map(({ status, reason }) => [status, reason]),
  );
  const unrelated = [
    ["True", "Succeeded"],
    ["False", "RelatedProfileNotSelected"],
  ];
  assert.deepEqual(conditions, [
    [
      ["True", "Succeeded"],
      ["True", "Matched"],
    ],
    unrelated,
    unrelated,
  ]);
});

test("a broken HardwareConfig applies nowhere and says why", () => {
  const broken = config("board", { relatedPtpProfileName: "p", profile: { name: "hw" } });
  const { config: got, hardwareStatus } = run({
    ptpConfigs: [config("a", simple("p", []))],
    hardwareConfigs: [broken],
  });
  assert.deepEqual(got.hardware, []);
  const [valid] = hardwareStatus.get("HardwareConfig/openshift-ptp/board")?.conditions ?? [];
  assert.deepEqual([valid?.status, valid?.reason], ["False", "Invalid"]);
  assert.match(valid?.message ?? "", /spec\.profile\.clockChain/);
});

test("several HardwareConfigs for one profile or port are a conflict", () => {
  const { conflicts } = run({
    ptpConfigs: [config("a", simple("p", []))],
    hardwareConfigs: [hardware("h2", "p"), hardware("h1", "p")],
  });
  assert.deepEqual(kindsOf(conflicts), ["hardware a_p", "hardware leader on ens1f0"]);
  assert.deepEqual(conflicts[0]?.parties, ["HardwareConfig/openshift-ptp/h1", "HardwareConfig/openshift-ptp/h2"]);
});

test("profiles that share a port or the system clock are a conflict; both are applied", () => {
  const conf = "[global]\n[eth0]\nmasterOnly 0\n[unicast_master_table]\ntable_id 1\n";
  const { conflicts, config: got } = run({
    ptpConfigs: [
      config("a", simple({ name: "p", interface: "eth0", phc2sysOpts: "-a -r" }, [])),
      config("b", simple({ name: "p", ptp4lConf: conf, phc2sysOpts: "-s eth0 -m" }, [])),
      config("c", simple({ name: "p", interface: "eth0", ptp4lOpts: "", phc2sysOpts: "-c eth1 -s eth0" }, [])),
    ],
  });
  assert.deepEqual(kindsOf(conflicts), ["interface eth0", "system-clock CLOCK_REALTIME"]);
  for (const { parties } of conflicts) assert.deepEqual(parties, ["a_p", "b_p"]);
  assert.equal(got.profiles.length, 3);
});

for (const [phc2sysOpts, sets] of [
  ["-ar", true],
  ["-s eth0 -c CLOCK_REALTIME", true],
  ["-s eth0 -c /dev/ptp1", false],
  ["-a -t r", false],
  ["-m", false],
] as const) {
  test(`phc2sys ${phc2sysOpts} ${sets ? "sets" : "leaves"} the system clock`, () => {
    const ptpConfigs = ["a", "b"].map((name) => config(name, simple({ name: "p", phc2sysOpts }, [])));
    assert.deepEqual(kindsOf(run({ ptpConfigs }).conflicts), sets ? ["system-clock CLOCK_REALTIME"] : []);
  });
}

const withKey = (secretAndKey: string) =>
  simple({ name: "p", ptp4lConf: `[global]\nsa_file /etc/ptp-secret-mount/${secretAndKey}\nspp -1\n` }, []);

const secret = (name: string, data: Record<string, string>): SecretObject => {
  const { metadata } = config(name, {});
  return { metadata, data };
};

const base64 = (text: string) => Buffer.from(text).toString("base64");

test("only the keys that profiles reference travel, from the namespace of their object", () => {
  const secrets = [
    secret("auth", { k: base64("spp 1\n"), other: base64("no") }),
    secret("unused", { k: base64("no") }),
    secret("elsewhere/auth", { k: base64("wrong") }),
  ];
  const { config: got, status, revision } = run({ ptpConfigs: [config("a", withKey("auth/k"))], secrets });
  assert.deepEqual(
    got.secrets.map(({ secret, key, content }) => [secret, key, Buffer.from(content).toString()]),
    [["auth", "k", "spp 1\n"]],
  );
  assert.equal(status.get("PtpConfig/openshift-ptp/a")?.conditions[0]?.status, "True");
  const rotated = [secret("auth", { k: base64("spp 2\n") })];
  assert.notEqual(run({ ptpConfigs: [config("a", withKey("auth/k"))], secrets: rotated }).revision, revision);
});

for (const [secrets, missing] of [
  [[], /there is no Secret openshift-ptp\/auth; create it with key "k"/],
  [[secret("auth", { l: base64("x") })], /Secret openshift-ptp\/auth has no key "k"; its keys: l/],
  [[secret("auth", {})], /its keys: none/],
  [[secret("auth", { k: "%%%" })], /is no valid base64/],
  [[secret("elsewhere/auth", { k: base64("x") })], /there is no Secret/],
] as const) {
  test(`a missing secret is a condition that says ${missing.source}; the profile stays`, () => {
    const { config: got, status } = run({ ptpConfigs: [config("a", withKey("auth/k"))], secrets });
    assert.deepEqual([got.profiles.length, got.secrets], [1, []]);
    const [valid] = status.get("PtpConfig/openshift-ptp/a")?.conditions ?? [];
    assert.deepEqual([valid?.status, valid?.reason], ["False", "SecretMissing"]);
    assert.match(valid?.message ?? "", missing);
  });
}

test("a sa_file outside the mount costs its profile", () => {
  const spec = simple({ name: "p", ptp4lConf: "[global]\nsa_file /etc/passwd\n" }, []);
  const { config: got, status } = run({ ptpConfigs: [config("a", spec)] });
  assert.deepEqual(got.profiles, []);
  assert.match(status.get("PtpConfig/openshift-ptp/a")?.conditions[0]?.message ?? "", /must start with/);
});

test("one secret path with different bytes from two namespaces is a conflict", () => {
  const ptpConfigs = [config("a", withKey("auth/k")), config("elsewhere/b", withKey("auth/k"))];
  const differing = [secret("auth", { k: base64("1") }), secret("elsewhere/auth", { k: base64("2") })];
  const { conflicts, config: got } = run({ ptpConfigs, secrets: differing });
  assert.deepEqual(kindsOf(conflicts), ["secret auth/k"]);
  assert.deepEqual(
    got.secrets.map(({ content }) => Buffer.from(content).toString()),
    ["1"],
  );
  const equal = [secret("auth", { k: base64("1") }), secret("elsewhere/auth", { k: base64("1") })];
  assert.deepEqual(run({ ptpConfigs, secrets: equal }).conflicts, []);
});

test("no explanation, conflict or condition holds key material", () => {
  const secrets = [secret("auth", { k: base64("TOPSECRET") }), secret("elsewhere/auth", { k: base64("TOPSECRET2") })];
  const ptpConfigs = [config("a", withKey("auth/k")), config("elsewhere/b", withKey("auth/k"))];
  const { explanation, conflicts, status } = run({ ptpConfigs, secrets });
  const said = JSON.stringify([explanation, conflicts, [...status]]);
  assert.ok(!said.includes("TOPSECRET") && !said.includes(base64("TOPSECRET")));
});

test("NodesMatched tells how many nodes run something, and which stronger object wins elsewhere", () => {
  const nodes = ["w1", "w2", "w3"].map((name) => node(name));
  const ptpConfigs = [
    config("base", simple("p", [], 10)),
    config("gm", simple("g", [{ nodeName: "w2" }], 1)),
    config("lost", simple("l", [{ nodeName: "w2" }], 5)),
    config("none", simple("n", [{ nodeName: "w9" }], 5)),
  ];
  const { status } = run({ nodes, ptpConfigs });
  const matched = [...status].map(([, { conditions }]) => conditions[1]);
  assert.deepEqual(
    matched.map((each) => [each?.status, each?.reason]),
    [
      ["True", "Matched"],
      ["True", "Matched"],
      ["False", "Shadowed"],
      ["False", "NoNodesMatched"],
    ],
  );
  assert.match(matched[0]?.message ?? "", /^2 nodes run profiles.*; on 1 node others win: on node w2, .*\/gm \("g"\)/);
  assert.match(matched[2]?.message ?? "", /^rules match 1 node, but .* priority 1 is stronger than priority 5/);
});
