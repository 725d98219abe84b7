import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterSnapshot } from "./cluster-snapshot.ts";
import { resolve } from "./resolve.ts";
import { config, node, sha256Hex, simple, snapshotOf } from "./testing/snapshot.ts";

/** What one node named w1 gets. */
function onNode(parts: Partial<ClusterSnapshot>, labels: Record<string, string> = {}) {
  const { nodes, status } = resolve(snapshotOf({ nodes: [node("w1", labels)], ...parts }), sha256Hex);
  const found = nodes.get("w1");
  assert.ok(found !== undefined);
  const { config, explanation, conflicts } = found;
  return { names: config.profiles.map(({ name }) => name), config, explanation, conflicts, status };
}

const recommend = (profile: string, priority?: number, match: readonly object[] = [{ nodeName: "w1" }]) => ({
  profile,
  match,
  ...(priority === undefined ? {} : { priority }),
});

const configValid = (status: ReturnType<typeof resolve>["status"], key: string) =>
  status.get(key)?.conditions.find(({ type }) => type === "ConfigValid");

test("the lowest number wins over all objects; equal ones all apply", () => {
  const { names, explanation } = onNode({
    ptpConfigs: [
      config("weak", simple("w", [{ nodeName: "w1" }], 3)),
      config("b", simple("p", [{ nodeName: "w1" }], -1)),
      config("a", simple("p", [{ nodeName: "w1" }], -1)),
    ],
  });
  assert.deepEqual(names, ["a_p", "b_p"]);
  assert.deepEqual(
    explanation.map(({ object, verdict, reason }) => [object, verdict, reason]),
    [
      [
        "PtpConfig/openshift-ptp/a",
        "taken",
        "nodeName w1 is this node, and nothing stronger than priority -1 does; runs a_p",
      ],
      [
        "PtpConfig/openshift-ptp/b",
        "taken",
        "nodeName w1 is this node, and nothing stronger than priority -1 does; runs b_p",
      ],
      [
        "PtpConfig/openshift-ptp/weak",
        "shadowed",
        'nodeName w1 is this node, but recommend[0] of PtpConfig/openshift-ptp/a ("p") with priority -1 is stronger ' +
          "than priority 3",
      ],
    ],
  );
});

test("a missing priority is weaker than any number and is an error of the object all the same", () => {
  const none = config("none", { profile: [{ name: "p" }], recommend: [recommend("p")] });
  const huge = config("huge", simple("p", [{ nodeName: "w1" }], Number.MAX_SAFE_INTEGER));
  assert.deepEqual(onNode({ ptpConfigs: [none, huge] }).names, ["huge_p"]);
  const { names, status, explanation } = onNode({ ptpConfigs: [none] });
  assert.deepEqual([names, explanation[0]?.priority], [["none_p"], null]);
  assert.equal(configValid(status, "PtpConfig/openshift-ptp/none")?.status, "False");
});

for (const match of [[], undefined, null]) {
  test(`a match of ${JSON.stringify(match)} selects every node, unless the annotation says none`, () => {
    const spec = { profile: [{ name: "p" }], recommend: [{ profile: "p", priority: 1, match }] };
    assert.deepEqual(onNode({ ptpConfigs: [config("a", spec)] }).names, ["a_p"]);
    const old = config("a", spec, { "ptp.openshift.io/empty-match": "none" });
    const { names, explanation } = onNode({ ptpConfigs: [old] });
    assert.deepEqual(names, []);
    assert.equal(explanation[0]?.verdict, "not-matched");
    assert.match(explanation[0]?.reason ?? "", /annotation ptp.openshift.io\/empty-match is none/);
  });
}

for (const [nodeLabel, matches] of [
  ["role", true],
  ["role=gm", true],
  ["role=", false],
  ["empty=", true],
  ["empty=x", false],
  ["gone", false],
  ["toString", false],
] as const) {
  test(`nodeLabel ${nodeLabel} ${matches ? "selects" : "does not select"} a node with role=gm and empty=`, () => {
    const parts = { ptpConfigs: [config("a", simple("p", [{ nodeLabel }]))] };
    assert.equal(onNode(parts, { role: "gm", empty: "" }).names.length, matches ? 1 : 0);
  });
}

test("a recommendation means its own object's profile, not an equal name elsewhere", () => {
  const { names } = onNode({
    ptpConfigs: [config("a", simple("p", [{ nodeName: "w1" }])), config("b", simple("p", [{ nodeName: "w2" }]))],
  });
  assert.deepEqual(names, ["a_p"]);
});

test("another object's profile is taken if exactly one defines it", () => {
  const library = config("library", { profile: [{ name: "p", interface: "eth0" }], recommend: [] });
  const user = config("user", { profile: [], recommend: [recommend("p", 1)] });
  const { names, explanation, status } = onNode({ ptpConfigs: [library, user] });
  assert.deepEqual(names, ["library_p"]);
  assert.match(explanation[0]?.reason ?? "", /runs library_p, which PtpConfig\/openshift-ptp\/library defines/);
  const lists = [...status].map(([key, { matchList }]) => [key.split("/")[2], matchList.length]);
  assert.deepEqual(lists, [
    ["library", 0],
    ["user", 1],
  ]);
});

test("a name that several others define is an error of the object that uses it, and of nobody else", () => {
  const { names, status, explanation } = onNode({
    ptpConfigs: [
      config("b1", { profile: [{ name: "p" }], recommend: [] }),
      config("b2", simple("p", [{ nodeName: "w1" }], 50)),
      config("user", { profile: [{ name: "own" }], recommend: [recommend("p", 1), recommend("own", 50)] }),
    ],
  });
  assert.deepEqual(names, ["b2_p", "user_own"]);
  assert.equal(configValid(status, "PtpConfig/openshift-ptp/user")?.reason, "AmbiguousProfileReference");
  assert.equal(configValid(status, "PtpConfig/openshift-ptp/b2")?.status, "True");
  const rejected = explanation.find(({ verdict }) => verdict === "rejected");
  assert.match(rejected?.reason ?? "", /defined by several objects \(.*\/b1, .*\/b2\) and not by this one/);
});

test("a dangling recommendation shadows nothing and is told with its place", () => {
  const { names, status } = onNode({
    ptpConfigs: [
      config("a", { profile: [], recommend: [recommend("nowhere", 0)] }),
      config("b", simple("p", [{ nodeName: "w1" }], 5)),
    ],
  });
  assert.deepEqual(names, ["b_p"]);
  assert.deepEqual(configValid(status, "PtpConfig/openshift-ptp/a"), {
    type: "ConfigValid",
    status: "False",
    reason: "UnresolvedProfileReference",
    message: 'spec.recommend[0].profile: no object defines a profile "nowhere"; define it or correct the name',
  });
});

test("an invalid profile is lost alone; its recommendation is rejected and does not fall to another's namesake", () => {
  const { names, status, explanation } = onNode({
    ptpConfigs: [
      config("a", {
        profile: [{ name: "bad", ptp4lConf: "domainNumber 24\n" }, { name: "good" }],
        recommend: [recommend("bad", 1), recommend("good", 2)],
      }),
      config("b", { profile: [{ name: "bad" }], recommend: [] }),
    ],
  });
  assert.deepEqual(names, ["a_good"]);
  const { status: valid, message = "" } = configValid(status, "PtpConfig/openshift-ptp/a") ?? {};
  assert.equal(valid, "False");
  assert.match(message, /^spec\.profile\[0\]\.ptp4lConf:1: /);
  assert.match(explanation[0]?.reason ?? "", /profile "bad" of PtpConfig\/openshift-ptp\/a is invalid/);
});

test("a wrong type costs its profile, an unknown field too, a broken list the whole object", () => {
  const good = { name: "good" };
  const spec = (profile: unknown) => ({ profile, recommend: [recommend("good", 1)] });
  const run = (profile: unknown) => onNode({ ptpConfigs: [config("a", spec(profile))] }).names;
  assert.deepEqual(run([{ name: "x", ptp4lOpts: 7 }, good]), ["a_good"]);
  assert.deepEqual(run([{ name: "x", ptp4lOptz: "" }, good]), ["a_good"]);
  assert.deepEqual(run([null, 3, { name: null }, good]), ["a_good"]);
  assert.deepEqual(run({ good }), []);
});

test("null counts as absent everywhere in a spec", () => {
  const profile = [
    { name: "p", ptpSettings: { logReduce: null }, plugins: null, ptpClockThreshold: { maxOffsetThreshold: null } },
  ];
  const chain = { structure: [{ name: "leader", dpll: null, ethernet: [{ ports: null }] }], behavior: null };
  const spec = { relatedPtpProfileName: "p", profile: { clockChain: chain } };
  const { names, status } = onNode({
    ptpConfigs: [config("a", { profile, recommend: [recommend("p", 1)] })],
    hardwareConfigs: [config("none", null), config("nulls", spec)],
  });
  assert.deepEqual([names, configValid(status, "PtpConfig/openshift-ptp/a")?.status], [["a_p"], "True"]);
});

test("a profile with more findings than a validator tells hides nothing that follows it", () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`unknown${index}`, 1]));
  const profile = [{ name: "many", ...many }, { name: "wrong", ptp4lConf: {} }, { name: "sound" }];
  const all = ["many", "wrong", "sound"].map((name) => recommend(name, 1));
  const { names, status } = onNode({ ptpConfigs: [config("a", { profile, recommend: all })] });
  assert.deepEqual(names, ["a_sound"]);
  const message = configValid(status, "PtpConfig/openshift-ptp/a")?.message ?? "";
  assert.match(message, /spec\.profile\[0\]\.unknown0: unknown field/);
});

test("of two profiles of one name in one object the first counts, and the object is told", () => {
  const profile = [
    { name: "p", interface: "eth0" },
    { name: "p", interface: "eth1" },
  ];
  const { config: got, status } = onNode({ ptpConfigs: [config("a", { profile, recommend: [recommend("p", 1)] })] });
  assert.deepEqual(got.profiles, [{ name: "a_p", interface: "eth0" }]);
  assert.match(configValid(status, "PtpConfig/openshift-ptp/a")?.message ?? "", /spec.profile\[1\].name: .*rename/);
});

test("objects of one name in two namespaces do not collide: the first one's profile runs, the other is told", () => {
  const ptpConfigs = ["z/a", "b/a"].map((name) => config(name, simple({ name: "p", interface: name }, [])));
  const { config: got, conflicts, explanation, status } = onNode({ ptpConfigs });
  assert.deepEqual(got.profiles, [{ name: "a_p", interface: "b/a" }]);
  assert.deepEqual(
    conflicts.map(({ kind, subject, parties }) => [kind, subject, parties]),
    [["qualified-name", "a_p", ["PtpConfig/b/a", "PtpConfig/z/a"]]],
  );
  assert.deepEqual(
    explanation.map(({ verdict }) => verdict),
    ["taken", "rejected"],
  );
  const [, matched] = status.get("PtpConfig/z/a")?.conditions ?? [];
  assert.deepEqual([matched?.status, matched?.reason], ["False", "Shadowed"]);
  assert.match(matched?.message ?? "", /on node w1, .* both define a_p/);
});

test("references among settings are qualified: own object first, lists rejoined, qualified ones kept", () => {
  const ptpSettings = { haProfiles: "q,b_p,  r", controllingProfile: "q", logReduce: "true" };
  const { config: got, status } = onNode({
    ptpConfigs: [
      config("a", { profile: [{ name: "ha", ptpSettings }, { name: "q" }], recommend: [recommend("ha", 1)] }),
      config("b", { profile: [{ name: "p" }, { name: "q" }, { name: "r" }], recommend: [] }),
    ],
  });
  const expected = { haProfiles: "a_q,b_p,b_r", controllingProfile: "a_q", logReduce: "true" };
  assert.deepEqual(got.profiles[0]?.ptpSettings, expected);
  assert.equal(configValid(status, "PtpConfig/openshift-ptp/a")?.status, "True");
});

test("names in highAvailability are qualified as those in haProfiles are", () => {
  const ptpSettings = { haProfiles: "q,b_p" };
  const highAvailability = { enableHA: true, preferredPrimary: "b_p", sourcePriority: ["q"] };
  const { config: got, status } = onNode({
    ptpConfigs: [
      config("a", {
        profile: [{ name: "ha", phc2sysOpts: "-a -r", ptpSettings, highAvailability }, { name: "q" }],
        recommend: [recommend("ha", 1)],
      }),
      config("b", { profile: [{ name: "p" }, { name: "q" }], recommend: [] }),
    ],
  });
  const expected = { enableHA: true, preferredPrimary: "b_p", sourcePriority: ["a_q"] };
  assert.deepEqual(got.profiles[0]?.highAvailability, expected);
  assert.equal(configValid(status, "PtpConfig/openshift-ptp/a")?.status, "True");
});

test("a profile whose primary is unknown runs nowhere, and the object is told", () => {
  const ptpSettings = { haProfiles: "q,b_p" };
  const highAvailability = { enableHA: true, preferredPrimary: "x" };
  const spec = simple({ name: "ha", phc2sysOpts: "-a -r", ptpSettings, highAvailability }, []);
  const { config: got, status } = onNode({ ptpConfigs: [config("a", spec)] });
  assert.deepEqual(got.profiles, []);
  const { message = "" } = configValid(status, "PtpConfig/openshift-ptp/a") ?? {};
  assert.match(message, /^spec\.profile\[0\]\.highAvailability\.preferredPrimary: .*"x" .* q, b_p/);
});

test("a reference nobody answers keeps its text, and the object is told", () => {
  const spec = simple({ name: "ha", ptpSettings: { haProfiles: "x_y,ha" } }, []);
  const { config: got, status } = onNode({ ptpConfigs: [config("a", spec)] });
  assert.deepEqual(got.profiles[0]?.ptpSettings, { haProfiles: "x_y,a_ha" });
  const { reason, message = "" } = configValid(status, "PtpConfig/openshift-ptp/a") ?? {};
  assert.equal(reason, "UnresolvedProfileReference");
  assert.match(message, /^spec\.profile\[0\]\.ptpSettings\.haProfiles: no object defines a profile "x_y"/);
});

test("a NodePTPCfg is served like a PtpConfig and competes with it", () => {
  const spec = simple({ name: "p", interface: "eth0", ptp4lOpts: "-2 -s", phc2sysOpts: "-a -r" }, [], 0);
  const old = config("ptp/old", spec);
  const {
    config: got,
    explanation,
    status,
  } = onNode({
    nodePtpCfgs: [old],
    ptpConfigs: [config("new", simple("p", [], 1))],
  });
  assert.deepEqual(got.profiles, [{ name: "old_p", interface: "eth0", ptp4lOpts: "-2 -s", phc2sysOpts: "-a -r" }]);
  assert.deepEqual(
    explanation.map(({ object, verdict }) => [object, verdict]),
    [
      ["PtpConfig/openshift-ptp/new", "shadowed"],
      ["NodePTPCfg/ptp/old", "taken"],
    ],
  );
  assert.deepEqual(status.get("NodePTPCfg/ptp/old")?.matchList, [{ nodeName: "w1", profile: "p" }]);
});

test("every node has a config, also one that nothing selects", () => {
  const { nodes } = resolve(snapshotOf({ nodes: [node("b"), node("a")] }), sha256Hex);
  assert.deepEqual([...nodes.keys()], ["a", "b"]);
  assert.deepEqual(nodes.get("a")?.config.profiles, []);
});
