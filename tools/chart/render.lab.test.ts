import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { chartDir } from "./chart-files.ts";
import { helmMissing, lintChart, manifestOf, monitoringApis, renderChart, renderNotes, type Manifest } from "./helm.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };

/** Values people use, each of which must lint and render. */
const usual: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  defaults: {},
  "one small replica": { operator: { replicas: 1, resources: null, topologySpreadConstraints: [], affinity: {} } },
  "several namespaces": { watchNamespaces: ["ran-1", "ran-2"] },
  "all namespaces": { watchNamespaces: ["*"] },
  "cert-manager": { tls: { source: "certManager", certManager: { issuerRef: { name: "ca" } } } },
  "own certificate": { tls: { source: "secret", secretName: "mine" }, webhook: { failurePolicy: "Fail" } },
  migration: { migration: { enabled: true, nodeLabel: "ptp/moved" } },
  "controller mode": { rbac: { controllerMode: true }, operator: { replicas: 0 }, watchNamespaces: ["ran"] },
  "agents that stay": { uninstall: { enabled: true, timeoutSeconds: 600 }, agent: { keepOnUninstall: true } },
  OpenShift: {
    agent: { openshift: { scc: true } },
    operator: { podSecurityContext: { runAsUser: null, runAsGroup: null, fsGroup: null } },
  },
  "all monitoring": {
    serviceMonitor: { enabled: true, labels: { release: "prometheus" } },
    podMonitor: { enabled: true },
    prometheusRule: { enabled: true, alertLabels: { team: "time" } },
    dashboards: { enabled: true, namespace: "grafana", annotations: { grafana_folder: "PTP" } },
  },
  "nothing but the operator": {
    crds: { enabled: false },
    rbac: { create: false },
    serviceAccount: { create: false },
    agent: { serviceAccount: { create: false } },
    webhook: { enabled: false },
    networkPolicy: { enabled: false },
    operator: { podDisruptionBudget: { enabled: false } },
  },
  "HTTPS and guarded events": {
    operator: { metrics: { tls: { secretName: "metrics", clientCaConfigMap: "readers" } } },
    agent: {
      metrics: { tls: { secretName: "agent-metrics" } },
      events: {
        tls: { secretName: "events" },
        ownMutations: true,
        tokens: true,
        tokenSubjects: ["system:serviceaccount:vdu:*"],
        allowNetworks: ["10.0.0.0/8", "fd00::/8"],
      },
    },
    serviceMonitor: { enabled: true },
    podMonitor: { enabled: true, tlsConfig: { insecureSkipVerify: true } },
  },
  "plain manifests": { namespace: { create: true }, crds: { keep: false }, commonLabels: { owner: "time" } },
};

const names = (manifests: readonly Manifest[]) => manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

for (const [name, values] of Object.entries(usual)) {
  test(`${name}: lints and renders objects of different names`, options, () => {
    lintChart(values);
    const manifests = renderChart({ values });
    const keys = manifests.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`);
    assert.equal(new Set(keys).size, keys.length);
    for (const { kind, metadata } of manifests) {
      assert.match(metadata.name, /^[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?$/, kind);
      if (kind === "CustomResourceDefinition") continue;
      assert.equal(metadata.labels?.["app.kubernetes.io/managed-by"], "Helm", `${kind}/${metadata.name}`);
    }
  });
}

test("a switch leaves its objects out", options, () => {
  const bare = renderChart({ values: usual["nothing but the operator"] ?? {} });
  const kinds = ["ConfigMap/ptp-operator-agent-settings", "Service/ptp-operator", "Service/ptp-operator-metrics"];
  assert.deepEqual(names(bare).toSorted(), [...kinds, "Deployment/ptp-operator"].toSorted());
});

test("a long release name leaves room for every suffix", options, () => {
  for (const { kind, metadata } of renderChart({ release: `${"long-".repeat(10)}x`, apis: monitoringApis })) {
    if (kind === "Service") assert.ok(metadata.name.length <= 63, metadata.name);
  }
});

test("CRDs are the generated ones, and stay at an uninstall unless told otherwise", options, () => {
  const paths = globSync("files/crds/*.yaml", { cwd: chartDir }).toSorted();
  const generated = paths.map((path) => parse(readFileSync(join(chartDir, path), "utf8")) as Manifest);
  const isCrd = ({ kind }: Manifest) => kind === "CustomResourceDefinition";
  const byName = (a: Manifest, b: Manifest) => a.metadata.name.localeCompare(b.metadata.name);
  const loose = renderChart({ values: { crds: { keep: false } } }).filter(isCrd);
  assert.deepEqual(loose.toSorted(byName), generated.toSorted(byName));
  const annotations = { "helm.sh/resource-policy": "keep" };
  const kept = generated.map((crd) => ({ ...crd, metadata: { ...crd.metadata, annotations } }));
  assert.deepEqual(renderChart().filter(isCrd).toSorted(byName), kept.toSorted(byName));
});

test("CRDs that the chart's page on Artifact Hub lists are those it has", options, () => {
  const { annotations = {} } = parse(readFileSync(join(chartDir, "Chart.yaml"), "utf8")) as Manifest["metadata"];
  const listed = parse(annotations["artifacthub.io/crds"] ?? "") as { name: string; kind: string; version: string }[];
  const crds = renderChart().filter(({ kind }) => kind === "CustomResourceDefinition");
  const found = crds.map(({ metadata, spec }) => {
    const { names, versions } = spec as { names: { kind: string }; versions: { name: string }[] };
    return `${metadata.name} ${names.kind} ${versions[0]?.name}`;
  });
  assert.deepEqual(listed.map(({ name, kind, version }) => `${name} ${kind} ${version}`).toSorted(), found.toSorted());
});

test("values that cannot be right are refused by name", options, () => {
  const refused: readonly (readonly [values: Readonly<Record<string, unknown>>, message: RegExp])[] = [
    [{ operator: { replica: 2 } }, /replica/],
    [{ agent: { events: { allowNetworks: ["10.0.0.0"] } } }, /allowNetworks/],
    [{ agent: { metrics: { tls: { clientCaConfigMap: "ca" } } } }, /write agent.metrics.tls.secretName too/],
    [{ agent: { events: { tls: { clientCaConfigMap: "ca" } } } }, /write agent.events.tls.secretName too/],
    [{ agent: { events: { tokens: true } } }, /by plain HTTP .* write agent.events.tls.secretName too/],
    [{ agent: { events: { tokenSubjects: ["a"] } } }, /write agent.events.tokens: true too/],
    [{ operator: { metrics: { tls: { clientCaConfigMap: "ca" } } } }, /write operator.metrics.tls.secretName too/],
    [{ operator: { replicas: "two" } }, /operator.replicas|\/operator\/replicas/],
    [{ webhook: { failurePolicy: "ignore" } }, /failurePolicy/],
    [{ watchNamespaces: ["Not_A_Name"] }, /watchNamespaces/],
    [{ tls: { source: "certManager" } }, /tls.certManager.issuerRef.name is empty/],
    [{ tls: { source: "secret" } }, /tls.secretName is empty/],
    [
      { prometheusRule: { enabled: true, disabled: ["Nope"] } },
      /the alert "Nope", which does not exist; there are Node/,
    ],
    [{ migration: { enabled: true }, agent: { daemonSetName: "linuxptp-daemon" } }, /daemonSetName is linuxptp-daemon/],
    [{ migration: { enabled: true }, crds: { keep: false } }, /migration.enabled needs crds.keep/],
    [{ agent: { keepOnUninstall: true }, crds: { keep: false } }, /agent.keepOnUninstall needs crds.keep/],
    [{ prometheusRule: { enabled: true, overrides: { Nope: { for: "1m" } } } }, /the alert "Nope", which does not/],
  ];
  for (const [values, message] of refused) assert.throws(() => renderChart({ values }), message);
});

test(
  "plain manifests remove nothing: the hook is there only where Helm speaks to a cluster, or when told",
  options,
  () => {
    const hooks = (values: Readonly<Record<string, unknown>>) =>
      renderChart({ values }).filter(({ metadata }) => metadata.annotations?.["helm.sh/hook"] !== undefined);
    assert.deepEqual(names(hooks({})), []);
    assert.deepEqual(names(hooks({ uninstall: { enabled: false } })), []);
    const all = hooks({ uninstall: { enabled: true } });
    assert.deepEqual(names(all).toSorted(), [
      "Job/ptp-operator-remove",
      "NetworkPolicy/ptp-operator-remove",
      "Role/ptp-operator-remove",
      "RoleBinding/ptp-operator-remove",
      "ServiceAccount/ptp-operator-remove",
    ]);
    assert.ok(all.every(({ metadata }) => metadata.annotations?.["helm.sh/hook"] === "pre-delete"));
  },
);

test("values that came later may be missing, as with --reuse-values", options, () => {
  const older = {
    preflight: null,
    uninstall: null,
    operator: { metrics: null },
    agent: { metrics: null, events: null, update: null, daemonSetName: null, keepOnUninstall: null },
    serviceMonitor: { enabled: true, tlsConfig: null },
    podMonitor: { enabled: true, tlsConfig: null },
  };
  const monitors = { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } };
  const rendered = (values: Readonly<Record<string, unknown>>) =>
    renderChart({ values }).filter(({ metadata }) => metadata.name !== "ptp-operator-agent-settings");
  assert.deepEqual(rendered(older), rendered(monitors));
});

test("the pod of the uninstall reaches the API server where a namespace denies all else", options, () => {
  const manifests = renderChart({
    values: { uninstall: { enabled: true }, networkPolicy: { apiServerPorts: [7443] } },
  });
  const hooks = manifests.filter(({ metadata }) => metadata.name === "ptp-operator-remove");
  const ofHook = (kind: string) => manifestOf(hooks, kind);
  const { podSelector, egress } = ofHook("NetworkPolicy")["spec"] as {
    podSelector: { matchLabels: Readonly<Record<string, string>> };
    egress: { ports: { port: number }[] }[];
  };
  const { template } = ofHook("Job")["spec"] as { template: { metadata: { labels: object } } };
  assert.deepEqual(podSelector.matchLabels, template.metadata.labels);
  assert.ok(egress.some(({ ports }) => ports.some(({ port }) => port === 7443)));
  const weight = (kind: string) => Number(ofHook(kind).metadata.annotations?.["helm.sh/hook-weight"]);
  assert.ok(weight("NetworkPolicy") < weight("Job"), "it is there before the pod");
});

test("what agents need stays with agents that stay", options, () => {
  const kept = (values: Readonly<Record<string, unknown>>) =>
    renderChart({ values, apis: ["security.openshift.io/v1"] })
      .filter(({ kind }) => kind !== "CustomResourceDefinition")
      .filter(({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"] === "keep");
  assert.deepEqual(kept({}), []);
  assert.deepEqual(names(kept({ agent: { keepOnUninstall: true } })).toSorted(), [
    "Role/ptp-operator-agent-scc",
    "RoleBinding/ptp-operator-agent-scc",
    "ServiceAccount/linuxptp-daemon",
  ]);
});

test("more objects may be maps or templates", options, () => {
  const text = "kind: ConfigMap\napiVersion: v1\nmetadata: { name: '{{ .Release.Name }}-text' }";
  const map = { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "map" } };
  const rendered = names(renderChart({ values: { extraObjects: [text, map] } }));
  assert.deepEqual(rendered.filter((name) => /ConfigMap.(map|.*text)/.test(name)).toSorted(), [
    "ConfigMap/map",
    "ConfigMap/ptp-operator-text",
  ]);
});

test("the notes say what is not there yet, and warn of what is dangerous", options, () => {
  assert.match(renderNotes(), /No image of this version/);
  assert.doesNotMatch(renderNotes(), /AND EVERY PtpConfig|with one replica|in any namespace|MIGRATION|run on/);
  assert.match(renderNotes({ migration: { enabled: true } }), /MIGRATION: .* label ptp.openshift.io\/agent=true;/);
  assert.match(renderNotes({ agent: { keepOnUninstall: true } }), /after an uninstall the agents run on/);
  assert.match(renderNotes({ crds: { keep: false } }), /AND EVERY PtpConfig/);
  assert.match(renderNotes({ webhook: { failurePolicy: "Fail" }, operator: { replicas: 1 } }), /with one replica/);
  assert.match(renderNotes({ watchNamespaces: ["*"] }), /in any namespace says what runs on nodes/);
});
