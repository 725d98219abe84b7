import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { ControlPlane } from "../kubernetes/control-plane/control-plane.ts";
import { until } from "../kubernetes/testing/until.ts";
import { openControlPlane } from "../kubernetes/testing/open-control-plane.ts";
import { chartDir } from "./chart-files.ts";
import { renderChart, type Manifest, type Values } from "./helm.ts";
import { permissionsOf, type Permission } from "./permissions.ts";

const namespace = "openshift-ptp";
const release = ["ptp-operator", chartDir, "--namespace", namespace, "--wait", "--timeout=60s", "--values=-"];
/** Longer than helm waits itself. */
const timeoutMs = 80_000;

/** A control plane whose pods are Running and Ready as soon as they are scheduled. */
async function openCluster(t: TestContext): Promise<ControlPlane | undefined> {
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return undefined;
  await plane.createNodes(["one", "two"]);
  plane.playKubelets();
  return plane;
}

/** Here no program runs, so none could remove anything: e2e/cluster/uninstall.test.ts is about that. */
const text = (values: Values) => JSON.stringify({ uninstall: { enabled: false }, ...values });
const install = (plane: ControlPlane, values: Values = {}) =>
  plane.helm(["install", "--create-namespace", ...release], { stdin: text(values), timeoutMs });
const upgrade = (plane: ControlPlane, values: Values) =>
  plane.helm(["upgrade", ...release], { stdin: text(values), timeoutMs });

const profile = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "oc", namespace },
  spec: {
    profile: [{ name: "oc", interface: "ens1f0", ptp4lOpts: "-2" }],
    recommend: [{ profile: "oc", priority: 10, match: [{ nodeName: "one" }] }],
  },
};

/** What carries the chart's labels: CRDs have none. */
async function leftovers(plane: ControlPlane): Promise<readonly string[]> {
  const kinds = (await plane.kubectl(["api-resources", "--verbs=list", "--output=name"])).trim().split("\n");
  const labelled = ["--selector=app.kubernetes.io/instance=ptp-operator", "--all-namespaces", "--output=name"];
  const found = await plane.kubectl(["get", kinds.join(","), ...labelled]);
  return found.split("\n").filter((line) => line !== "");
}

test("install, use, upgrade, uninstall, install again", { timeout: 200_000 }, async (t) => {
  const plane = await openCluster(t);
  if (plane === undefined) return;
  assert.match(await install(plane), /STATUS: deployed[^]*Then choose the nodes/);
  const ready = [
    "get",
    "deployment/ptp-operator",
    "--namespace",
    namespace,
    "--output=jsonpath={.status.readyReplicas}",
  ];
  // The Deployment tells it a moment after its pods do, for which helm waits.
  await until("two are ready", async () => (await plane.kubectl(ready)) === "2");
  await plane.apply([profile]);

  const webhook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ptp-operator-openshift-ptp";
  const caBundle = Buffer.from(plane.caPem).toString("base64");
  const patch = [{ op: "add", path: "/webhooks/0/clientConfig/caBundle", value: caBundle }];
  await plane.api.request("PATCH", webhook, patch, "application/json-patch+json");
  await upgrade(plane, { operator: { replicas: 3 }, dashboards: { enabled: true } });
  await until("three are ready", async () => (await plane.kubectl(ready)) === "3");
  const { webhooks } = (await plane.api.request("GET", webhook)) as {
    readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
  };
  assert.equal(webhooks[0]?.clientConfig.caBundle, caBundle, "an upgrade leaves what the operator filled in");

  await plane.helm(["uninstall", "ptp-operator", "--namespace", namespace, "--wait"], { timeoutMs });
  await until("nothing but the CRDs is left", async () => (await leftovers(plane)).length === 0);
  const profiles = await plane.kubectl(["get", "ptpconfig", "--namespace", namespace, "--output=name"]);
  assert.equal(profiles, "ptpconfig.ptp.openshift.io/oc\n");
  await install(plane, { crds: { keep: false } });
  await plane.helm(["uninstall", "ptp-operator", "--namespace", namespace, "--wait"], { timeoutMs });
  const crds = ["get", "crd", "--output=name"];
  await until("crds.keep=false takes them along", async () => (await plane.kubectl(crds)) === "");
});

test("the API server takes every object, and gives the permissions that are meant", { timeout: 100_000 }, async (t) => {
  const plane = await openCluster(t);
  if (plane === undefined) return;
  const values = { namespace: { create: true }, watchNamespaces: ["ran"], dashboards: { enabled: true } };
  const manifests = renderChart({ values });
  const ran = { apiVersion: "v1", kind: "Namespace", metadata: { name: "ran" } };
  const isFirst = ({ kind }: Manifest) => kind === "Namespace" || kind === "CustomResourceDefinition";
  await plane.apply([ran, ...manifests.filter(isFirst)]);
  await plane.apply(manifests.filter((manifest) => !isFirst(manifest)));

  const may = (account: string, permission: Permission) => isAllowed(plane, account, permission);
  const meant = permissionsOf("ptp-operator", manifests);
  let refused = meant;
  // The API server takes roles for true some time after it has stored them.
  await until("roles count", async () => {
    const verdicts = await Promise.all(refused.map((permission) => may("ptp-operator", permission)));
    refused = refused.filter((_, at) => verdicts[at] === false);
    return refused.length === 0;
  }).catch(() => undefined);
  for (const permission of meant) {
    assert.equal(await may("linuxptp-daemon", permission), false, `agents: ${permission.verb} ${permission.resource}`);
  }
  assert.deepEqual(refused, []);
  assert.ok(meant.length > 50);
  const notMeant: readonly Permission[] = [
    { namespace: "default", apiGroup: "", resource: "secrets", names: [], verb: "get" },
    { namespace: "ran", apiGroup: "apps", resource: "daemonsets", names: [], verb: "create" },
    { namespace, apiGroup: "", resource: "secrets", names: ["other"], verb: "patch" },
    { namespace, apiGroup: "coordination.k8s.io", resource: "leases", names: ["other"], verb: "update" },
    { namespace, apiGroup: "rbac.authorization.k8s.io", resource: "rolebindings", names: [], verb: "create" },
    { apiGroup: "", resource: "nodes", names: [], verb: "patch" },
  ];
  for (const permission of notMeant) {
    assert.equal(await may("ptp-operator", permission), false, `${permission.verb} ${permission.resource}`);
  }
});

test("Secrets are made by name only", { timeout: 100_000 }, async (t) => {
  const plane = await openCluster(t);
  if (plane === undefined) return;
  const roles = renderChart().filter(({ kind }) => kind.startsWith("Role") || kind.startsWith("ClusterRole"));
  await plane.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...roles]);
  const asOperator = ["apply", "--server-side", "--filename=-", `--as=system:serviceaccount:${namespace}:ptp-operator`];
  const secret = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } });
  await until("the role counts", async () => {
    const told = await plane.kubectl(asOperator, { stdin: secret("ptp-operator-ca") }).catch(() => "");
    return told.includes("serverside-applied");
  });
  await assert.rejects(
    plane.kubectl(asOperator, { stdin: secret("other") }),
    /cannot (create|patch) resource "secrets"/,
  );
});

async function isAllowed(plane: ControlPlane, account: string, permission: Permission): Promise<boolean> {
  const [resource, subresource] = permission.resource.split("/");
  const [name] = permission.names;
  const attributes = { namespace: permission.namespace, group: permission.apiGroup, resource, subresource, name };
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: {
      user: `system:serviceaccount:${namespace}:${account}`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
      resourceAttributes: { ...attributes, verb: permission.verb },
    },
  };
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  const { status } = (await plane.api.request("POST", path, review)) as {
    readonly status: { readonly allowed: boolean };
  };
  return status.allowed;
}
