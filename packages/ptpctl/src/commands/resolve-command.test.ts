import assert from "node:assert/strict";
import test from "node:test";
import { runHere, runJson, withFiles } from "../testing/run-here.ts";
import { manifest, node, ordinaryClock, ptpConfig, recommend } from "../testing/manifests.ts";

interface ResolveJson {
  readonly nodes: Readonly<
    Record<
      string,
      {
        readonly revision: string;
        readonly profiles: readonly Readonly<Record<string, unknown>>[];
        readonly hardware: readonly { readonly name: string; readonly profile: string }[];
        readonly explanation: readonly { readonly verdict: string }[];
        readonly conflicts: readonly { readonly kind: string }[];
      }
    >
  >;
  readonly status: Readonly<
    Record<
      string,
      {
        readonly matchList?: readonly object[];
        readonly matchedNodes?: readonly object[];
        readonly conditions: readonly {
          readonly type: string;
          readonly status: string;
          readonly reason: string;
          readonly message: string;
        }[];
      }
    >
  >;
}

test("gives profiles in the ConfigMap form, zeros written, with revision, reasons and status", async () => {
  const profile = { ...ordinaryClock, ptpClockThreshold: { holdOverTimeout: 0 } };
  const text = manifest(ptpConfig("a", [profile], [recommend("oc", 5, "w1")]), node("w1"), node("w2"));
  const { result, json } = await resolveJson(["resolve", "-f", "-"], text);
  assert.equal(result.exitCode, 0);
  assert.equal(result.stderr, "");
  const { w1, w2 } = json.nodes;
  assert.ok(w1 !== undefined && w2 !== undefined);
  assert.deepEqual(Object.keys(w1), ["revision", "profiles", "hardware", "explanation", "conflicts"]);
  assert.match(w1.revision, /^[0-9a-f]{16}$/);
  assert.deepEqual(w1.profiles, [
    {
      ...ordinaryClock,
      name: "a_oc",
      ptpClockThreshold: { holdOverTimeout: 0, maxOffsetThreshold: 100, minOffsetThreshold: -100 },
    },
  ]);
  assert.deepEqual([w2.profiles, w2.hardware, w2.conflicts], [[], [], []]);
  assert.deepEqual(
    [w1, w2].map(({ explanation }) => explanation.map(({ verdict }) => verdict)),
    [["taken"], ["not-matched"]],
  );
  assert.deepEqual(json.status["PtpConfig/openshift-ptp/a"], {
    matchList: [{ nodeName: "w1", profile: "oc" }],
    conditions: [
      { type: "ConfigValid", status: "True", reason: "Succeeded", message: "" },
      {
        type: "NodesMatched",
        status: "True",
        reason: "Matched",
        message: "1 node runs profiles that this object recommends",
      },
    ],
  });
});

test("the order of files does not change a byte", async () => {
  const files = {
    "a.yaml": manifest(ptpConfig("a", [ordinaryClock], [recommend("oc", 5, "w1")]), node("w2")),
    "b.yaml": manifest(
      node("w1"),
      ptpConfig("b", [{ ...ordinaryClock, interface: "ens2f0" }], [recommend("oc", 4, "w1")]),
    ),
  };
  await withFiles(files, async (directory) => {
    const [a, b] = [`${directory}/a.yaml`, `${directory}/b.yaml`];
    const first = await runHere(["resolve", "-f", a, "-f", b, "-o", "json"]);
    assert.equal((await runHere(["resolve", "-f", b, "-f", a, "-o", "json"])).stdout, first.stdout);
    assert.equal((await runHere(["resolve", "-f", a, b, "-o", "json"])).stdout, first.stdout);
    assert.equal((await runHere(["resolve", "-f", directory, "-o", "json"])).stdout, first.stdout);
    assert.equal((await runHere(["resolve", "-f", directory, "-f", a, "-o", "json"])).stdout, first.stdout);
  });
});

test("an invalid object says so in its status and costs nobody else", async () => {
  const broken = ptpConfig("broken", [{ ...ordinaryClock, interfaceName: "x" }], [recommend("oc", 1, "w1")]);
  const good = ptpConfig("good", [ordinaryClock], [recommend("oc", 5, "w1")]);
  const { result, json } = await resolveJson(["resolve", "-f", "-"], manifest(broken, good, node("w1")));
  assert.equal(result.exitCode, 1);
  assert.deepEqual(
    json.nodes["w1"]?.profiles.map(({ name }) => name),
    ["good_oc"],
  );
  const condition = json.status["PtpConfig/openshift-ptp/broken"]?.conditions[0];
  assert.equal(condition?.status, "False");
  assert.match(condition?.message ?? "", /^spec\.profile\[0\]\.interfaceName: unknown field "interfaceName"/);
  assert.equal(json.status["PtpConfig/openshift-ptp/good"]?.conditions[0]?.status, "True");
});

test("a text that cannot be parsed, a nameless object and a second definition are told; the rest resolves", async () => {
  const files = {
    "1-broken.yaml": "kind: PtpConfig\n  bad: [",
    "2-good.yaml": manifest(ptpConfig("good", [ordinaryClock], [recommend("oc", 5, "w1")]), node("w1")),
    "3-nameless.json": JSON.stringify({ apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata: {} }),
    "4-again.yml": manifest(ptpConfig("good", [ordinaryClock], [])),
    "5-foreign.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d, namespace: n }\n",
    ".hidden.yaml": "broken: [",
    "readme.txt": "broken: [",
    "deeper.yaml/x.yaml": "broken: [",
  };
  await withFiles(files, async (directory) => {
    const { result, json } = await resolveJson(["resolve", "-f", directory]);
    assert.equal(result.exitCode, 1);
    assert.deepEqual(
      json.nodes["w1"]?.profiles.map(({ name }) => name),
      ["good_oc"],
    );
    const lines = result.stderr.replaceAll(`${directory}/`, "").trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => /^ptpctl: (error|warning): ([\w.-]+)/.exec(line)?.slice(1)),
      [
        ["error", "1-broken.yaml"],
        ["error", "3-nameless.json"],
        ["error", "4-again.yml"],
        ["warning", "5-foreign.yaml"],
      ],
    );
    assert.match(lines[0] ?? "", /1-broken\.yaml:1: cannot be parsed/);
    assert.match(lines[2] ?? "", /is defined in 2-good\.yaml and again in 4-again\.yml/);
  });
});

test("kind List, a bare list and NodePTPCfg are taken; an unknown kind of the group is an error", async () => {
  const cfg = { ...ptpConfig("first", [ordinaryClock], [recommend("oc", 5, "w1")]), kind: "NodePTPCfg" };
  const list = { apiVersion: "v1", kind: "List", items: [node("w1"), { ...cfg, spec: minimal(cfg.spec) }] };
  const { result, json } = await resolveJson(["resolve", "-f", "-"], JSON.stringify([list]));
  assert.equal(result.exitCode, 0);
  assert.deepEqual(json.status["NodePTPCfg/openshift-ptp/first"]?.matchList, [{ nodeName: "w1", profile: "oc" }]);
  const unknown = await runHere(["resolve", "-f", "-"], manifest({ ...cfg, kind: "PtpConfg" }, node("w1")));
  assert.equal(unknown.exitCode, 1);
  assert.match(unknown.stderr, /unknown kind "PtpConfg".*did you mean "PtpConfig"/);
});

test("HardwareConfig and PtpOperatorConfig have their status", async () => {
  const hardware = {
    apiVersion: "ptp.openshift.io/v2alpha1",
    kind: "HardwareConfig",
    metadata: { name: "hw" },
    spec: {
      relatedPtpProfileName: "oc",
      profile: { name: "p", clockChain: { structure: [{ name: "leader", ethernet: [{ ports: ["ens1f0"] }] }] } },
    },
  };
  const operator = {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    metadata: { name: "default" },
    spec: { daemonNodeSelector: {}, ptpEventConfig: { enableEventPublisher: true, apiVersion: "1.0" } },
  };
  const text = manifest(ptpConfig("a", [ordinaryClock], [recommend("oc", 5, "w1")]), node("w1"), hardware, operator);
  const { result, json } = await resolveJson(["resolve", "-f", "-", "--namespace", "here"], text);
  assert.equal(result.exitCode, 1);
  assert.deepEqual(json.status["HardwareConfig/here/hw"]?.matchedNodes, [{ nodeName: "w1", ptpProfile: "oc" }]);
  assert.equal(json.nodes["w1"]?.hardware[0]?.profile, "a_oc");
  const condition = json.status["PtpOperatorConfig/here/default"]?.conditions[0];
  assert.equal(condition?.status, "False");
  assert.match(condition?.message ?? "", /v1 is no longer supported/);
});

test("--node shows one node and keeps the whole status; conflicts count with --strict", async () => {
  const configs = [
    ptpConfig("a", [ordinaryClock], [recommend("oc", 5, "w1")]),
    ptpConfig("b", [ordinaryClock], [recommend("oc", 5, "w1")]),
  ];
  const text = manifest(...configs, node("w1"), node("w2"));
  const { result, json } = await resolveJson(["resolve", "-f", "-", "--node", "w1"], text);
  assert.deepEqual(Object.keys(json.nodes), ["w1"]);
  assert.equal(Object.keys(json.status).length, 2);
  assert.deepEqual(
    json.nodes["w1"]?.conflicts.map(({ kind }) => kind),
    ["interface", "system-clock"],
  );
  assert.equal(result.exitCode, 0);
  assert.equal((await runHere(["resolve", "-f", "-", "--node", "w1", "--strict"], text)).exitCode, 1);
  assert.equal((await runHere(["resolve", "-f", "-", "--node", "w2", "--strict"], text)).exitCode, 0);
  const unknown = await runHere(["resolve", "-f", "-", "--node", "w3"], text);
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.stderr, /--node w3: no Node document has this name \(read were w1, w2\)/);
});

test("without Node documents nodes are empty and stderr says how to add them", async () => {
  const text = manifest(ptpConfig("a", [ordinaryClock], [recommend("oc", 5, "w1")]));
  const { result, json } = await resolveJson(["resolve", "-f", "-"], text);
  assert.deepEqual([result.exitCode, json.nodes], [0, {}]);
  assert.match(result.stderr, /^ptpctl: hint: no Node documents were read/);
});

test("the content of Secrets never shows", async () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s" },
    stringData: { k: "spp 0\nseq secret-key" },
  };
  const conf = "[global]\nsa_file /etc/ptp-secret-mount/s/k\nspp -1\n[ens1f0]\nspp 0\n";
  const config = ptpConfig("a", [{ name: "p", ptp4lConf: conf }], [recommend("p", 5, "w1")]);
  for (const command of [["resolve"], ["explain", "--node", "w1"]]) {
    for (const format of ["json", "table"]) {
      const result = await runHere([...command, "-f", "-", "-o", format], manifest(secret, config, node("w1")));
      assert.ok(result.stdout.includes("a_p"));
      assert.ok(!`${result.stdout}${result.stderr}`.includes("secret-key"));
    }
  }
});

test("the table names nodes and objects, and says what is not well", async () => {
  const configs = [
    ptpConfig("a", [ordinaryClock], [recommend("oc", 5, "w1")]),
    ptpConfig("b", [ordinaryClock], [recommend("lost", 5, "w1")]),
  ];
  const { stdout, exitCode } = await runHere(["resolve", "-f", "-"], manifest(...configs, node("w1")));
  assert.equal(exitCode, 1);
  assert.match(stdout, /^NODE +REVISION +CONFLICTS +PROFILES\nw1 +[0-9a-f]{16} +0 +a_oc\n\nOBJECT /);
  assert.match(stdout, /PtpConfig\/openshift-ptp\/b +False +False +0\n/);
  assert.match(
    stdout,
    /PtpConfig\/openshift-ptp\/b: ConfigValid=False \(UnresolvedProfileReference\)\n {2}spec\.recommend/,
  );
  assert.ok(stdout.split("\n").every((line) => line.length <= 120));
});

function minimal({
  profile,
  recommend,
}: {
  readonly profile: readonly object[];
  readonly recommend: readonly object[];
}) {
  const fields = profile.map((each) =>
    Object.entries(each).filter(([key]) => ["name", "interface", "ptp4lOpts", "phc2sysOpts"].includes(key)),
  );
  return { profile: fields.map((each) => Object.fromEntries(each) as object), recommend };
}

async function resolveJson(argv: readonly string[], stdin?: string) {
  const { result, json } = await runJson(argv, stdin);
  return { result, json: json as ResolveJson };
}
