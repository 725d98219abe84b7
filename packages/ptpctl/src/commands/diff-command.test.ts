import assert from "node:assert/strict";
import test from "node:test";
import type { NodeChange } from "../diff/profile-change.ts";
import { runHere, runJson, withFiles } from "../testing/run-here.ts";
import { manifest, node, ordinaryClock, ptpConfig, recommend } from "../testing/manifests.ts";

const threshold = { holdOverTimeout: 0, maxOffsetThreshold: 100, minOffsetThreshold: -100 };
const clock = { ...ordinaryClock, ptpClockThreshold: threshold };
const now = manifest(ptpConfig("a", [clock], [recommend("oc", 5, "w1")]), node("w1"));
const oldClock = { ...ordinaryClock, name: "a_oc", ptpClockThreshold: threshold };

function configMap(nodes: Readonly<Record<string, unknown>>, name = "ptp-configmap") {
  const data = Object.entries(nodes).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: Object.fromEntries(data) as object };
}

test("equal profiles are no difference", async () => {
  const { exitCode, nodes } = await diff({ w1: [oldClock] }, now);
  assert.equal(exitCode, 0);
  assert.deepEqual(nodes, { w1: { equal: true, profiles: [], processes: [], refused: [] } });
});

test("fields that differ are named with both values; a dropped zero is explained and restarts nothing", async () => {
  const dropped = { maxOffsetThreshold: 100, minOffsetThreshold: -100 };
  const zero = await diff({ w1: [{ ...oldClock, ptpClockThreshold: dropped }] }, now);
  assert.equal(zero.exitCode, 1);
  assert.deepEqual(zero.nodes["w1"]?.profiles, [
    {
      name: "a_oc",
      change: "changed",
      fields: [
        {
          path: "ptpClockThreshold.holdOverTimeout",
          new: 0,
          note: "the existing stack leaves a zero out of its ConfigMap and reads the gap as 0; here the zero is written",
        },
      ],
    },
  ]);
  assert.deepEqual(zero.nodes["w1"]?.processes, []);

  const other = {
    ...oldClock,
    ptp4lConf: "[global]\nslaveOnly 1\ndomainNumber 24\n",
    ptpSettings: { logReduce: "true" },
  };
  const { nodes } = await diff({ w1: [other] }, now);
  assert.deepEqual(nodes["w1"]?.profiles[0]?.fields, [
    { path: "ptp4lConf", old: other.ptp4lConf, new: ordinaryClock.ptp4lConf },
    { path: "ptpSettings[logReduce]", old: "true" },
  ]);
  assert.deepEqual(nodes["w1"]?.processes, [
    { name: "ptp4l", profile: "a_oc", change: "restart", what: ["/var/run/ptp4l.0.config"] },
    // It learns the domain of its ptp4l when it starts.
    { name: "phc2sys", profile: "a_oc", change: "restart", what: ["facts read at start"] },
  ]);
});

test("profiles that come or go are explained by name, with the rule that changed", async () => {
  const every = { profile: "oc", priority: 1 };
  const text = manifest(
    ptpConfig("a", [clock], [recommend("oc", 5, "w1")]),
    ptpConfig("every", [{ ...ordinaryClock, interface: "ens2f0" }], [every]),
    node("w1"),
  );
  const { nodes } = await diff({ w1: [oldClock, { name: "gone_p" }] }, text);
  const byName = new Map(nodes["w1"]?.profiles.map((each) => [each.name, each]));
  assert.equal(byName.get("a_oc")?.change, "removed");
  assert.match(
    byName.get("a_oc")?.why?.[0] ?? "",
    /a recommend\[0\] is shadowed: .*every \("oc"\) with priority 1 is stronger/,
  );
  assert.equal(byName.get("every_oc")?.change, "added");
  assert.match(
    byName.get("every_oc")?.why?.join("\n") ?? "",
    /is taken: .*\n.*empty-match: none keeps the old meaning/,
  );
  assert.deepEqual(byName.get("gone_p"), {
    name: "gone_p",
    change: "removed",
    why: ["no object that was read recommends it"],
  });
  assert.deepEqual(
    nodes["w1"]?.processes.map(({ name, profile, change }) => [name, profile, change]),
    [
      ["stop", "ptp4l", "gone_p"],
      ["stop", "ptp4l", "a_oc"],
      ["stop", "phc2sys", "a_oc"],
      ["start", "ptp4l", "every_oc"],
      ["start", "phc2sys", "every_oc"],
    ].map(([change, name, profile]) => [name, profile, change]),
  );
});

test("a label with a value is told as a changed rule", async () => {
  const config = ptpConfig("a", [clock], [{ profile: "oc", priority: 5, match: [{ nodeLabel: "role=worker" }] }]);
  const { nodes } = await diff({ w1: [] }, manifest(config, node("w1", { role: "worker" })));
  assert.match(nodes["w1"]?.profiles[0]?.why?.[1] ?? "", /nodeLabel role=worker matched nothing in the existing stack/);
});

test("what cannot be compared is told for its node alone", async () => {
  const old = { w1: "not json", w2: [{ name: "p", unknownField: 1 }], w3: [] };
  const { exitCode, nodes } = await diff(old, `${now}---\n${manifest(node("w2"), node("w4"))}`);
  assert.equal(exitCode, 1);
  assert.match(nodes["w1"]?.problems?.[0] ?? "", /the entry of the ConfigMap cannot be read: it is not JSON/);
  assert.match(nodes["w2"]?.problems?.[0] ?? "", /profile p of the ConfigMap cannot be compared: unknownField/);
  assert.match(nodes["w3"]?.problems?.[0] ?? "", /no Node document was read/);
  assert.equal(nodes["w4"]?.equal, true);
});

test("a profile that an agent here refuses is a difference", async () => {
  const bad = { ...clock, ptp4lConf: "[global]\nnoSuch 1\n" };
  const text = manifest(ptpConfig("a", [bad], [recommend("oc", 5, "w1")]), node("w1"));
  const { exitCode, nodes } = await diff({ w1: [{ ...bad, name: "a_oc" }] }, text);
  assert.equal(exitCode, 1);
  assert.equal(nodes["w1"]?.refused[0]?.path, "ptp4lConf[global].noSuch");
});

test("people see lines of texts that go and come", async () => {
  const old = { w1: [{ ...oldClock, ptp4lConf: "[global]\nslaveOnly 1\ndomainNumber 24\n" }], w2: [] };
  await withFiles({ "old.yaml": manifest(configMap(old)) }, async (directory) => {
    const argv = ["diff", "--configmap", `${directory}/old.yaml`, "-f", "-"];
    const { stdout, exitCode } = await runHere(argv, `${now}---\n${manifest(node("w2"))}`);
    assert.equal(exitCode, 1);
    assert.equal(
      stdout,
      [
        "node w1",
        "  ~ a_oc",
        "      ptp4lConf:",
        "        - domainNumber 24",
        "  restart ptp4l of a_oc: /var/run/ptp4l.0.config",
        "  restart phc2sys of a_oc: facts read at start",
        "",
        "no change: w2",
        "",
      ].join("\n"),
    );
  });
});

test("the ConfigMap is found in a list or alone under another name; without one it is wrong usage", async () => {
  const files = {
    "list.yaml": manifest({ kind: "List", items: [configMap({}, "x"), configMap({ w1: [oldClock] })] }),
    "renamed.yaml": manifest(configMap({ w1: [oldClock] }, "copy")),
    "two.yaml": manifest(configMap({}, "x"), configMap({}, "y")),
    "none.yaml": manifest(node("w1")),
    "broken.yaml": "a: b: c",
  };
  await withFiles(files, async (directory) => {
    const run = async (name: string) => await runHere(["diff", "--configmap", `${directory}/${name}`, "-f", "-"], now);
    assert.equal((await run("list.yaml")).exitCode, 0);
    assert.equal((await run("renamed.yaml")).exitCode, 0);
    for (const [name, message] of [
      ["two.yaml", /has 2 ConfigMaps, none named ptp-configmap/],
      ["none.yaml", /has no ConfigMap; get it with: kubectl/],
      ["broken.yaml", /cannot be parsed/],
      ["absent.yaml", /cannot read .*absent\.yaml: there is no such file/],
    ] as const) {
      const result = await run(name);
      assert.deepEqual([result.exitCode, result.stdout], [2, ""], name);
      assert.match(result.stderr, message);
    }
  });
});

test("without Node documents there is nothing to compare with", async () => {
  await withFiles({ "old.yaml": manifest(configMap({ w1: [] })) }, async (directory) => {
    const result = await runHere(["diff", "--configmap", `${directory}/old.yaml`, "-f", "-"], "");
    assert.equal(result.exitCode, 2);
    assert.match(result.stderr, /needs the Node documents/);
  });
});

async function diff(old: Readonly<Record<string, unknown>>, manifests: string) {
  let answer: { exitCode: number; nodes: Readonly<Record<string, NodeChange>> } | undefined;
  await withFiles({ "old.yaml": manifest(configMap(old)) }, async (directory) => {
    const { result, json } = await runJson(["diff", "--configmap", `${directory}/old.yaml`, "-f", "-"], manifests);
    answer = { exitCode: result.exitCode, nodes: (json as { nodes: Readonly<Record<string, NodeChange>> }).nodes };
  });
  assert.ok(answer !== undefined);
  return answer;
}
