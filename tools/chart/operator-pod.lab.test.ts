import assert from "node:assert/strict";
import { dirname } from "node:path";
import { test } from "node:test";
import { helmMissing, manifestOf, renderChart, type Manifest, type Values } from "./helm.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };

interface PodSpec {
  readonly serviceAccountName: string;
  readonly priorityClassName: string;
  readonly securityContext: object;
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
    readonly configMap?: { readonly name: string };
  }[];
  readonly topologySpreadConstraints: readonly { readonly labelSelector: object }[];
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly [probe: string]: unknown;
}

interface Selecting {
  readonly spec: { readonly selector: { readonly matchLabels?: Labels }; readonly ports?: readonly Port[] };
}
interface Port {
  readonly port: number;
  readonly targetPort: string;
}
type Labels = Readonly<Record<string, string>>;

function operatorPod(manifests: readonly Manifest[]): { readonly labels: Labels; readonly spec: PodSpec } {
  const { template } = manifestOf(manifests, "Deployment")["spec"] as {
    template: { metadata: { labels: Labels }; spec: PodSpec };
  };
  return { labels: template.metadata.labels, spec: template.spec };
}
const podOf = (values: Values = {}) => operatorPod(renderChart({ values })).spec;
const envOf = (values: Values, name: string) =>
  podOf(values).containers[0].env.find((variable) => variable.name === name)?.value;

test("the pod meets the restricted Pod Security Standard on a root it cannot write", options, () => {
  const { securityContext, containers } = podOf();
  assert.deepEqual(securityContext, {
    fsGroup: 65532,
    runAsGroup: 65532,
    runAsNonRoot: true,
    runAsUser: 65532,
    seccompProfile: { type: "RuntimeDefault" },
  });
  assert.deepEqual(containers[0].securityContext, {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
  });
  assert.ok(containers[0].volumeMounts.every(({ readOnly }) => readOnly));
});

test("the platform may choose the user", options, () => {
  const values = { operator: { podSecurityContext: { runAsUser: null, runAsGroup: null, fsGroup: null } } };
  assert.deepEqual(podOf(values).securityContext, { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
});

test("probes and services reach the ports the operator listens on", options, () => {
  const ports = { session: 1001, webhook: 1002, metrics: 1003, probes: 1004 };
  const manifests = renderChart({ values: { operator: { ports } } });
  const { spec, labels } = operatorPod(manifests);
  const [container] = spec.containers;
  assert.deepEqual(Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort])), ports);
  const flags = ["listen", "webhook-bind-address", "metrics-bind-address", "health-probe-bind-address"];
  const wanted = Object.values(ports).map((port, at) => `--${flags[at]}=:${port}`);
  assert.deepEqual(
    wanted.filter((arg) => !container.args.includes(arg)),
    [],
  );
  for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
    const { httpGet } = container[probe] as { httpGet: { path: string; port: string } };
    assert.deepEqual(httpGet, { path: probe === "readinessProbe" ? "/readyz" : "/healthz", port: "probes" });
  }
  const services = manifests.filter(({ kind }) => kind === "Service");
  assert.equal(services.length, 3);
  for (const service of services) {
    const { selector, ports: servicePorts = [] } = (service as unknown as Selecting).spec;
    for (const [label, value] of Object.entries(selector)) assert.equal(labels[label], value, service.metadata.name);
    for (const { targetPort } of servicePorts) assert.ok(targetPort in ports, targetPort);
  }
});

test("whatever selects the operator's pods selects them, and no agent", options, () => {
  const manifests = renderChart();
  const { labels, spec } = operatorPod(manifests);
  const selectors = manifests.flatMap((manifest) => {
    const { selector, podSelector } = (manifest["spec"] ?? {}) as {
      selector?: { matchLabels?: Labels };
      podSelector?: { matchLabels?: Labels };
    };
    return [selector?.matchLabels, podSelector?.matchLabels].filter((labels) => labels !== undefined);
  });
  assert.equal(selectors.length, 3, "Deployment, PodDisruptionBudget, NetworkPolicy");
  for (const selector of [...selectors, ...spec.topologySpreadConstraints.map(selectorLabels)]) {
    assert.equal(selector["app.kubernetes.io/component"], "operator");
    for (const [label, value] of Object.entries(selector)) assert.equal(labels[label], value);
  }
});

function selectorLabels({ labelSelector }: { readonly labelSelector: object }): Labels {
  return (labelSelector as { readonly matchLabels: Labels }).matchLabels;
}

test("one replica needs no disruption budget: it would never let its node be drained", options, () => {
  const budgets = (replicas: number) =>
    renderChart({ values: { operator: { replicas } } }).filter(({ kind }) => kind === "PodDisruptionBudget").length;
  assert.deepEqual([budgets(1), budgets(2)], [0, 1]);
});

test("namespaces that count are told by WATCH_NAMESPACE; all is the empty text", options, () => {
  assert.equal(envOf({}, "WATCH_NAMESPACE"), "openshift-ptp");
  assert.equal(envOf({ watchNamespaces: ["b", "openshift-ptp", "a"] }, "WATCH_NAMESPACE"), "openshift-ptp,b,a");
  assert.equal(envOf({ watchNamespaces: ["*"] }, "WATCH_NAMESPACE"), "");
});

test("images by registry, tag and digest", options, () => {
  const imageOf = (image: Values) => podOf({ image }).containers[0].image;
  const digest = `sha256:${"0".repeat(64)}`;
  assert.equal(imageOf({}), "ptp-operator:0.1.0");
  assert.equal(imageOf({ registry: "r.example/", tag: "t" }), "r.example/ptp-operator:t");
  assert.equal(imageOf({ digest, tag: "t" }), `ptp-operator@${digest}`);
});

test("a certificate of somebody else is mounted, and its issuer asked for the names that are used", options, () => {
  assert.deepEqual(
    podOf().volumes.map(({ name }) => name),
    ["agent-settings"],
  );
  const values = { tls: { source: "certManager", certManager: { issuerRef: { name: "ca" } } } };
  const manifests = renderChart({ values });
  const secretName = operatorPod(manifests).spec.volumes.find(({ name }) => name === "tls")?.secret?.secretName;
  const certificate = manifestOf(manifests, "Certificate")["spec"] as {
    secretName: string;
    dnsNames: string[];
  };
  assert.equal(certificate.secretName, secretName);
  for (const name of ["ptp-operator", "ptp-operator-webhook"]) {
    assert.ok(certificate.dnsNames.includes(`${name}.openshift-ptp.svc`), name);
  }
});

test("the agents' settings name the Service and port of the sessions; no change restarts a replica", options, () => {
  const manifests = renderChart({ values: { agent: { logLevel: "debug" } } });
  const { data } = manifestOf(manifests, "ConfigMap") as unknown as { data: { "agent.json": string } };
  const { operatorAddress, logLevel, serviceAccountName } = JSON.parse(data["agent.json"]) as Record<string, unknown>;
  assert.deepEqual([operatorAddress, logLevel], ["ptp-operator.openshift-ptp.svc:8443", "debug"]);
  assert.ok(manifests.some(({ kind, metadata }) => kind === "ServiceAccount" && metadata.name === serviceAccountName));
  const pod = (values: Values) => manifestOf(renderChart({ values }), "Deployment")["spec"];
  assert.deepEqual(pod({ agent: { logLevel: "debug" } }), pod({}), "the file is read again when it changes");
});

test("metrics by HTTPS: every file that is named is mounted", options, () => {
  const tls = { secretName: "mine", clientCaConfigMap: "readers" };
  const { containers, volumes } = podOf({ operator: { metrics: { tls } } });
  const [{ args, volumeMounts }] = containers;
  const files = args.filter((arg) => arg.startsWith("--metrics-tls")).map((arg) => arg.split("=")[1] ?? "");
  assert.equal(files.length, 3);
  for (const file of files) {
    const mount = volumeMounts.find(({ mountPath, readOnly }) => readOnly && dirname(file) === mountPath);
    assert.ok(
      volumes.some(({ name }) => name === mount?.name),
      file,
    );
  }
  assert.deepEqual(
    volumes.flatMap(({ secret, configMap }) => secret?.secretName ?? configMap?.name ?? []),
    ["ptp-operator-agent-settings", "mine", "readers"],
  );
  assert.deepEqual(podOf({ operator: { metrics: { tls: { secretName: "" } } } }), podOf());
});

test("the webhook asks about three kinds only, by default lets pass what nobody answers for", options, () => {
  const { webhooks } = manifestOf(renderChart(), "ValidatingWebhookConfiguration") as unknown as {
    webhooks: { failurePolicy: string; rules: { apiGroups: string[]; resources: string[] }[] }[];
  };
  const rules = webhooks.flatMap(({ rules }) => rules);
  assert.deepEqual(
    rules.flatMap(({ resources }) => resources),
    ["ptpconfigs", "ptpoperatorconfigs", "hardwareconfigs"],
  );
  assert.ok(rules.every(({ apiGroups }) => apiGroups.join() === "ptp.openshift.io"));
  assert.ok(webhooks.every(({ failurePolicy }) => failurePolicy === "Ignore"));
});
