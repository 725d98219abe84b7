import assert from "node:assert/strict";
import { test } from "node:test";
import { helmMissing, renderChart, type Values } from "./helm.ts";
import { permissionsOf, type Permission } from "./permissions.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };
const ofOperator = (values: Values = {}) => permissionsOf("ptp-operator", renderChart({ values }));
const told = ({ namespace = "*", apiGroup, resource, names, verb }: Permission) =>
  `${namespace} ${apiGroup}/${resource}${names.length > 0 ? `[${names.join(",")}]` : ""} ${verb}`;
const reads = new Set(["get", "list", "watch"]);

test("agents may do nothing, and get no token of Kubernetes", options, () => {
  const manifests = renderChart();
  assert.deepEqual(permissionsOf("linuxptp-daemon", manifests), []);
  const account = manifests.find(
    ({ kind, metadata }) => kind === "ServiceAccount" && metadata.name === "linuxptp-daemon",
  );
  assert.equal(account?.["automountServiceAccountToken"], false);
});

test("agents without an operator: what they need by a value, never beside an operator", options, () => {
  const values = { rbac: { controllerMode: true }, operator: { replicas: 0 }, watchNamespaces: ["ran"] };
  const all = permissionsOf("linuxptp-daemon", renderChart({ values }));
  const written = all.filter(({ verb }) => !reads.has(verb));
  const status = (namespace: string) =>
    ["ptpconfigs", "nodeptpcfgs"].map((plural) => `${namespace} ptp.openshift.io/${plural}/status update`);
  const device = "openshift-ptp ptp.openshift.io/nodeptpdevices";
  const wanted = [`${device} create`, `${device} patch`, `${device}/status patch`];
  assert.deepEqual(written.map(told).toSorted(), [...wanted, ...status("openshift-ptp"), ...status("ran")].toSorted());
  const everywhere = all.filter(({ namespace }) => namespace === undefined).map(told);
  assert.deepEqual(everywhere, ["* /nodes list", "* /nodes watch"]);
  const inAll = permissionsOf("linuxptp-daemon", renderChart({ values: { ...values, watchNamespaces: ["*"] } }));
  const secrets = inAll.filter(({ resource }) => resource === "secrets").map(told);
  assert.deepEqual(secrets, ["openshift-ptp /secrets list", "openshift-ptp /secrets watch"]);
  assert.throws(() => renderChart({ values: { rbac: { controllerMode: true } } }), /also set operator\.replicas to 0/);
});

test("on OpenShift agents may use the constraints their pods need, and nothing else", options, () => {
  const manifests = renderChart({ apis: ["security.openshift.io/v1"] });
  assert.deepEqual(permissionsOf("linuxptp-daemon", manifests).map(told), [
    "openshift-ptp security.openshift.io/securitycontextconstraints[privileged] use",
  ]);
});

test("no permission is for everything", options, () => {
  for (const values of [{}, { watchNamespaces: ["*"] }]) {
    const all = ofOperator(values);
    assert.ok(all.length > 30);
    for (const { apiGroup, resource, verb } of all) assert.ok(![apiGroup, resource, verb].includes("*"), resource);
  }
});

test("in the whole cluster the operator reads nodes, asks for tokens, and tends its own webhook", options, () => {
  const everywhere = ofOperator().filter(({ namespace }) => namespace === undefined);
  const webhook = "* admissionregistration.k8s.io/validatingwebhookconfigurations[ptp-operator-openshift-ptp]";
  assert.deepEqual(everywhere.map(told), [
    "* /nodes list",
    "* /nodes watch",
    "* authentication.k8s.io/tokenreviews create",
    ...["list", "watch", "patch"].map((verb) => `${webhook} ${verb}`),
  ]);
});

test("no webhook, or a certificate of somebody else: its configuration is out of reach", options, () => {
  const others = [{ webhook: { enabled: false } }, { tls: { source: "secret", secretName: "mine" } }];
  for (const values of others) {
    assert.ok(ofOperator(values).every(({ resource }) => resource !== "validatingwebhookconfigurations"));
  }
});

test("it writes outside its namespace only status and events, in namespaces that count", options, () => {
  const outside = ofOperator({ watchNamespaces: ["ran"] }).filter(
    ({ namespace, verb }) => namespace !== "openshift-ptp" && namespace !== undefined && !reads.has(verb),
  );
  assert.deepEqual(outside.map(told), [
    "ran ptp.openshift.io/ptpconfigs/status patch",
    "ran ptp.openshift.io/hardwareconfigs/status patch",
    "ran ptp.openshift.io/nodeptpcfgs/status patch",
    "ran events.k8s.io/events create",
  ]);
});

test("secrets: read where they count, never in all namespaces; written only by name", options, () => {
  const secretsOf = (values: Values) => ofOperator(values).filter(({ resource }) => resource === "secrets");
  for (const values of [{}, { watchNamespaces: ["*"] }]) {
    assert.deepEqual([...new Set(secretsOf(values).map(({ namespace }) => namespace))], ["openshift-ptp"]);
  }
  const readIn = secretsOf({ watchNamespaces: ["ran"] }).filter(({ verb }) => reads.has(verb));
  assert.deepEqual(new Set(readIn.map(({ namespace }) => namespace)), new Set(["openshift-ptp", "ran"]));
  const written = secretsOf({}).filter(({ verb }) => !reads.has(verb));
  assert.deepEqual(written.map(told), [
    "openshift-ptp /secrets[ptp-operator-ca,ptp-operator-tls] create",
    "openshift-ptp /secrets[ptp-operator-ca,ptp-operator-tls] patch",
  ]);
  const given = secretsOf({ tls: { source: "secret", secretName: "mine" } });
  assert.ok(given.every(({ verb }) => reads.has(verb)));
});

test("ConfigMaps: its own and those it is told of are read and written by name", options, () => {
  const ofConfigMaps = ofOperator({ watchNamespaces: ["ran"] }).filter(({ resource }) => resource === "configmaps");
  const names = "openshift-ptp /configmaps[ptp-operator-agent-ca,ptp-configmap,leap-configmap]";
  assert.deepEqual(ofConfigMaps.map(told), [
    "openshift-ptp /configmaps create",
    ...["get", "list", "watch", "patch"].map((verb) => `${names} ${verb}`),
  ]);
});

test("it cannot give permissions, make pods by hand, or change what users write", options, () => {
  const writes = ofOperator({ watchNamespaces: ["*"] }).filter(({ verb }) => !reads.has(verb));
  const resources = new Set(writes.map(({ resource }) => resource));
  for (const resource of ["roles", "rolebindings", "clusterroles", "serviceaccounts", "deployments", "nodes"]) {
    assert.ok(!resources.has(resource), resource);
  }
  const onPods = writes.filter(({ resource }) => resource === "pods").map(({ verb }) => verb);
  assert.deepEqual(onPods, ["delete"], "agents are replaced by deleting them");
  for (const resource of ["ptpconfigs", "hardwareconfigs", "nodeptpcfgs"])
    assert.ok(!resources.has(resource), resource);
});

test("people: viewing comes with the cluster's role, editing must be given", options, () => {
  const labels = (suffix: string, values: Values = {}) =>
    renderChart({ values }).find(({ metadata }) => metadata.name === `ptp-operator-openshift-ptp-${suffix}`)?.metadata
      .labels;
  const aggregation = (all: Readonly<Record<string, string>> = {}) =>
    Object.keys(all).filter((label) => label.startsWith("rbac.authorization.k8s.io/"));
  assert.deepEqual(aggregation(labels("viewer")), ["rbac.authorization.k8s.io/aggregate-to-view"]);
  assert.deepEqual(aggregation(labels("viewer", { rbac: { aggregateToView: false } })), []);
  assert.ok(labels("editor"));
  assert.deepEqual(aggregation(labels("editor")), []);
});
