import assert from "node:assert/strict";
import test from "node:test";
import { runHere, runJson, withFiles } from "../testing/run-here.ts";
import { manifest, node, ordinaryClock, ptpConfig, recommend } from "../testing/manifests.ts";

interface LintJson {
  readonly results: readonly {
    readonly object: string;
    readonly file: string;
    readonly allowed: boolean;
    readonly errors: readonly { readonly path: string; readonly line?: number; readonly message: string }[];
    readonly warnings: readonly { readonly path: string; readonly line?: number; readonly message: string }[];
  }[];
}

function configWith(profile: object) {
  return ptpConfig("a", [{ ...ordinaryClock, ...profile }], [recommend("oc", 5, "w1")]);
}

test("a good object is allowed, with empty lists", async () => {
  const { result, json } = await lintJson(["lint", "-f", "-"], manifest(configWith({}), node("w1")));
  assert.deepEqual([result.exitCode, result.stderr], [0, ""]);
  assert.deepEqual(json.results, [
    { object: "PtpConfig/openshift-ptp/a", file: "stdin", allowed: true, errors: [], warnings: [] },
  ]);
});

test("unreadable text is an error with its line, an unknown option a warning with the nearest name", async () => {
  const unreadable = await lintJson(
    ["lint", "-f", "-"],
    manifest(configWith({ interface: "", ptp4lConf: "[global]\n[ens1f0\n" })),
  );
  assert.equal(unreadable.result.exitCode, 1);
  const [first] = unreadable.json.results;
  assert.equal(first?.allowed, false);
  assert.deepEqual([first?.errors[0]?.path, first?.errors[0]?.line], ["spec.profile[0].ptp4lConf", 2]);

  const text = manifest(configWith({ ptp4lConf: "[global]\ndomainNumbr 24\n" }));
  const unknown = await lintJson(["lint", "-f", "-"], text);
  assert.equal(unknown.result.exitCode, 0);
  const [warning] = unknown.json.results[0]?.warnings ?? [];
  assert.deepEqual([warning?.path, warning?.line], ["spec.profile[0].ptp4lConf", 2]);
  assert.match(warning?.message ?? "", /domainNumber/);
  assert.equal((await runHere(["lint", "-f", "-", "--strict"], text)).exitCode, 1);
});

test("--linuxptp chooses the option table", async () => {
  const text = manifest(configWith({ ptp4lConf: "[global]\nclientOnly 1\n" }));
  for (const [release, warnings] of [
    ["3.1.1", 1],
    ["4.2", 0],
    ["4.4", 0],
  ] as const) {
    const { json } = await lintJson(["lint", "-f", "-", "--linuxptp", release], text);
    assert.equal(json.results[0]?.warnings.length, warnings, release);
  }
});

test("an unknown field is an error here, as in a directory", async () => {
  const { json } = await lintJson(["lint", "-f", "-"], manifest(configWith({ ptp4lOptions: "-2" })));
  assert.equal(json.results[0]?.allowed, false);
  assert.equal(json.results[0]?.errors[0]?.path, "spec.profile[0].ptp4lOptions");
});

test("stdoutFilter is RE2", async () => {
  const lint = async (stdoutFilter: string) =>
    (await lintJson(["lint", "-f", "-"], manifest(configWith({ ptpSettings: { stdoutFilter } })))).json.results[0];
  assert.equal((await lint("^.*delay$"))?.allowed, true);
  assert.equal((await lint("(?=x)"))?.errors[0]?.path, "spec.profile[0].ptpSettings.stdoutFilter");
  assert.equal((await lint(String.raw`(a)\1`))?.allowed, false);
});

test("a recommendation needs its profile; of other objects only those that were read are known", async () => {
  const own = ptpConfig("a", [ordinaryClock], [recommend("gone", 5, "w1")]);
  const { json } = await lintJson(["lint", "-f", "-"], manifest(own));
  assert.equal(json.results[0]?.errors[0]?.path, "spec.recommend[0].profile");

  // The owner is broken in another place: that does not make the reference dangle.
  const owner = ptpConfig("b", [{ name: "gone", bogus: 1 }], []);
  const both = await lintJson(["lint", "-f", "-"], manifest(own, owner));
  assert.deepEqual(
    both.json.results.map(({ object, allowed }) => [object, allowed]),
    [
      ["PtpConfig/openshift-ptp/a", true],
      ["PtpConfig/openshift-ptp/b", false],
    ],
  );
  const ha = configWith({ ptpSettings: { haProfiles: "elsewhere" } });
  const partial = await lintJson(["lint", "-f", "-"], manifest(ha));
  assert.deepEqual([partial.json.results[0]?.allowed, partial.json.results[0]?.warnings.length], [true, 1]);
});

test("Secrets that were not read are missing, unless --no-secrets", async () => {
  const conf = "[global]\nsa_file /etc/ptp-secret-mount/s/k\nspp -1\n[ens1f0]\nspp 0\n";
  const config = configWith({ interface: "", ptp4lConf: conf });
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { k: "spp 0\n" } };
  assert.match((await runHere(["lint", "-f", "-"], manifest(config))).stdout, /no such Secret/);
  assert.equal((await runHere(["lint", "-f", "-", "--no-secrets"], manifest(config))).exitCode, 0);
  assert.equal((await runHere(["lint", "-f", "-"], manifest(config, secret))).exitCode, 0);
  const otherNamespace = { ...secret, metadata: { name: "s", namespace: "other" } };
  assert.equal((await runHere(["lint", "-f", "-"], manifest(config, otherNamespace))).exitCode, 1);
});

test("every kind is judged, and what cannot be parsed is a result, too", async () => {
  const files = {
    "a.yaml": manifest({
      apiVersion: "ptp.openshift.io/v1",
      kind: "PtpOperatorConfig",
      metadata: { name: "default", namespace: "openshift-ptp" },
      spec: { daemonNodeSelector: {}, plugins: { e81O: {} } },
    }),
    "b.yaml": manifest({
      apiVersion: "ptp.openshift.io/v2alpha1",
      kind: "HardwareConfig",
      metadata: { name: "hw" },
      spec: { profile: { name: "p", clockChain: { structure: [] } } },
    }),
    "c.yaml": "a: b: c",
    "d.yaml": manifest({ apiVersion: "v1", kind: "Node", metadata: { name: 5 } }),
    "e.yaml": manifest(ptpConfig("x", [ordinaryClock], [])),
    "f.yaml": manifest(ptpConfig("x", [{ name: "oc", interface: 5 }], [])),
  };
  await withFiles(files, async (directory) => {
    const { json } = await lintJson(["lint", "-f", directory]);
    assert.deepEqual(
      json.results.map(({ object, allowed, warnings }) => [
        object.replace(`${directory}/`, ""),
        allowed,
        warnings.length,
      ]),
      [
        ["PtpOperatorConfig/openshift-ptp/default", true, 1],
        ["HardwareConfig/openshift-ptp/hw", false, 1],
        ["PtpConfig/openshift-ptp/x", true, 0],
        ["PtpConfig/openshift-ptp/x", false, 1],
        ["c.yaml", false, 0],
        ["Node/?", false, 0],
      ],
    );
    const { stdout, stderr } = await runHere(["lint", "-f", directory]);
    const lines = stdout.replaceAll(`${directory}/`, "").split("\n");
    assert.ok(lines.some((line) => line.startsWith("c.yaml:1: error: cannot be parsed")));
    assert.ok(
      lines.some((line) => line.startsWith("f.yaml: PtpConfig/openshift-ptp/x: spec.profile[0].interface: error: ")),
    );
    assert.match(stderr, /hint: 6 objects, \d errors, 3 warnings/);
  });
});

async function lintJson(argv: readonly string[], stdin?: string) {
  const { result, json } = await runJson(argv, stdin);
  return { result, json: json as LintJson };
}
