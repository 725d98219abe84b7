import { createApiClient, loadKubeConfig, resources, resourcePath, type Resource } from "@ptp/cluster";
import { AppError, silentLogger } from "@ptp/kit";
import { createClusterStore, type ClusterStoreOptions } from "@ptp/operator";
import type { ClusterDocument } from "@ptp/api";
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesMissing } from "../../tools/kubernetes/binaries/programs.ts";
import { createControlPlane, type ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { installCrds } from "../../tools/kubernetes/crds/custom-resources.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { storeContract } from "../../packages/operator/src/store/testing/store-contract.ts";

const missing = kubernetesMissing();
const resourceByKind = new Map<string, Resource>(Object.values(resources).map((resource) => [resource.kind, resource]));
let plane: ControlPlane | undefined;

if (missing !== undefined) test("cluster store", (t) => t.skip(missing));
else {
  before(async () => {
    plane = await createControlPlane({ controllerManager: false });
    await installCrds(plane);
    await plane.kubectl(["create", "namespace", "openshift-ptp"]);
  });
  after(() => plane?.close());
  storeContract("cluster", openStore);
  contractOfClusters();
}

function running(): ControlPlane {
  assert.ok(plane);
  return plane;
}

function pathOf(kind: string, namespace: string, name: string, subresource?: string): string {
  const resource = resourceByKind.get(kind);
  assert.ok(resource, kind);
  return resourcePath(resource, { namespace, name, ...(subresource !== undefined && { subresource }) });
}

async function apply(document: ClusterDocument): Promise<void> {
  const { kind, metadata } = document;
  const path = `${pathOf(kind, metadata.namespace ?? "", metadata.name)}?fieldManager=test&force=true`;
  await running().api.request("PATCH", path, document, "application/apply-patch+yaml");
}

/** A store over a cluster that holds these objects and no others. */
async function openStore(t: TestContext, initial: readonly ClusterDocument[], own: Partial<ClusterStoreOptions> = {}) {
  const { api, adminKubeconfig } = running();
  await api.request("DELETE", "/api/v1/nodes");
  await api.request("DELETE", "/apis/ptp.openshift.io/v1/namespaces/openshift-ptp/ptpconfigs");
  for (const document of initial) await apply(document);
  const client = createApiClient(loadKubeConfig({ kubeconfig: adminKubeconfig }));
  const secretNamespaces = ["openshift-ptp"];
  const store = createClusterStore({ client, log: silentLogger, secretNamespaces, ...own });
  await store.start(new AbortController().signal);
  t.after(async () => {
    await store.stop();
    await client.close();
  });
  const broken = (name: string) => ({
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name, namespace: "openshift-ptp" },
    spec: { profile: 7 },
  });
  return {
    store,
    apply,
    remove: ({ kind, namespace, name }: { kind: string; namespace: string; name: string }) =>
      api.request("DELETE", pathOf(kind, namespace, name)).then(() => undefined),
    applyBroken: (name: string) => apply(broken(name) as unknown as ClusterDocument),
    readStatus: async ({ kind, namespace, name }: { kind: string; namespace: string; name: string }) =>
      ((await api.request("GET", pathOf(kind, namespace, name))) as { status?: unknown }).status,
  };
}

const config = (name: string): ClusterDocument => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name, namespace: "openshift-ptp" },
  spec: { profile: [{ name: "p" }], recommend: [] },
});
const keyOf = (name: string) => ({ kind: "PtpConfig", namespace: "openshift-ptp", name }) as const;

/** What a directory does not have. */
function contractOfClusters(): void {
  test("cluster: a node's heartbeat and a status of others change no state", async (t) => {
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "a" } } as const;
    const { store } = await openStore(t, [node, config("c")]);
    await until("in sync", () => store.synced());
    const state = store.state();
    const merge = "application/merge-patch+json";
    const { api } = running();
    await api.request("PATCH", "/api/v1/nodes/a/status", { status: { phase: "Running" } }, merge);
    const path = pathOf("PtpConfig", "openshift-ptp", "c", "status");
    await api.request("PATCH", path, { status: { observedGeneration: 1 } }, merge);
    await until("the status is told", () => store.statusOf(keyOf("c")) !== undefined);
    assert.equal(store.state(), state);
    assert.deepEqual(store.statusKeys(), [], "not ours to remove");
  });

  test("cluster: the same status again is not sent, a status somebody changed is put right", async (t) => {
    const { store, readStatus } = await openStore(t, [config("c")]);
    await until("in sync", () => store.synced());
    await store.writeStatus(keyOf("c"), { observedGeneration: 1 });
    const version = async () => {
      const object = await running().api.request("GET", pathOf("PtpConfig", "openshift-ptp", "c"));
      return (object as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    };
    const first = await version();
    await store.writeStatus(keyOf("c"), { observedGeneration: 1 });
    assert.equal(await version(), first);
    const path = pathOf("PtpConfig", "openshift-ptp", "c", "status");
    const theirs = { status: { observedGeneration: 7 } };
    await running().api.request("PATCH", path, theirs, "application/merge-patch+json");
    await until("it is seen", () => store.statusOf(keyOf("c"))?.observedGeneration === 7);
    await store.writeStatus(keyOf("c"), { observedGeneration: 1 });
    assert.deepEqual(await readStatus(keyOf("c")), { observedGeneration: 1 });
  });

  test("cluster: the status of an object that is gone is no error and leaves no trace", async (t) => {
    const { store } = await openStore(t, []);
    await until("in sync", () => store.synced());
    await store.writeStatus(keyOf("gone"), { observedGeneration: 1 });
    assert.deepEqual([store.statusOf(keyOf("gone")), store.statusKeys()], [undefined, []]);
  });

  test("cluster: without the lead only what is about one node is written", async (t) => {
    const fence = () => {
      throw new AppError("waiting", "not the leader");
    };
    const device = {
      apiVersion: "ptp.openshift.io/v1",
      kind: "NodePtpDevice",
      metadata: { name: "n", namespace: "openshift-ptp" },
      spec: {},
    } as const;
    const { store } = await openStore(t, [config("c"), device], { fence });
    await until("in sync", () => store.synced());
    await assert.rejects(store.writeStatus(keyOf("c"), { observedGeneration: 1 }), { kind: "waiting" });
    assert.equal(store.statusOf(keyOf("c")), undefined);
    const key = { kind: "NodePtpDevice", namespace: "openshift-ptp", name: "n" } as const;
    await store.writeStatus(key, { devices: [{ name: "ens1f0" }] });
    assert.deepEqual(store.statusKeys(), [key]);
  });

  test("cluster: lists of leap-configmap come and go, other ConfigMaps are not seen", async (t) => {
    const lists = (name: string, data: Readonly<Record<string, string>>): ClusterDocument => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "openshift-ptp" },
      data,
    });
    const initial = [lists("leap-configmap", { n1: "one" }), lists("other", { n1: "not this" })];
    const { store, remove } = await openStore(t, initial, { operatorNamespace: "openshift-ptp" });
    await until("in sync", () => store.synced());
    assert.deepEqual(store.state().snapshot.leapLists, { n1: "one" });
    assert.equal(store.state().objects.has("ConfigMap/openshift-ptp/other"), false);
    await apply(lists("leap-configmap", { n1: "two" }));
    await until("the edit is seen", () => store.state().snapshot.leapLists?.["n1"] === "two");
    await remove({ kind: "ConfigMap", namespace: "openshift-ptp", name: "leap-configmap" });
    await until("it is gone", () => store.state().snapshot.leapLists === undefined);
  });

  test("cluster: a killed API server costs no object; what it missed is there after", async (t) => {
    const { store } = await openStore(t, [config("a"), config("b")]);
    await until("in sync", () => store.synced());
    const before = store.state();
    await running().stopApiServer();
    await until("the trouble is told", () => store.trouble().length > 0, 60_000);
    assert.equal(store.state(), before);
    await running().startApiServer();
    await sleep(100);
    await until(
      "it takes writes",
      () =>
        apply(config("c")).then(
          () => true,
          () => false,
        ),
      60_000,
    );
    await until("c is there", () => store.state().objects.has("PtpConfig/openshift-ptp/c"), 60_000);
    await until("all is well", () => store.trouble().length === 0, 60_000);
    assert.equal(
      store.state().objects.get("PtpConfig/openshift-ptp/a"),
      before.objects.get("PtpConfig/openshift-ptp/a"),
    );
  });
}
