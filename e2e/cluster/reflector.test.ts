import {
  createReflector,
  resources,
  type ApiClient,
  type ChangeListener,
  type KubeObject,
  type Reflector,
  type ReflectorOptions,
  type Selection,
} from "@ptp/cluster";
import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { configMap, configmaps, configmapsPath, type ConfigMap } from "./testing/configmaps.ts";
import { connect } from "./testing/connect.ts";

const selection: Selection<ConfigMap> = { resource: configmaps, namespace: "default" };
const crdDir = join(import.meta.dirname, "../../charts/ptp-operator/files/crds");
const ptpConfigCrd = join(crdDir, "ptp.openshift.io_ptpconfigs.yaml");

/** Follows ConfigMaps of namespace default, in pages of 2, until the test ends. */
async function follow(
  t: TestContext,
  client: ReflectorOptions<ConfigMap>["client"],
  given: Partial<ReflectorOptions<ConfigMap>> = {},
) {
  const settings = { pageSize: 2, ...given.settings };
  const reflector = createReflector<ConfigMap>({ ...selection, client, log: silentLogger, ...given, settings });
  t.after(() => reflector.stop());
  await reflector.start(new AbortController().signal);
  await until("the reflector is in sync", () => reflector.synced());
  return reflector;
}

const keys = (reflector: Reflector<KubeObject>) =>
  [...reflector.objects.values()].map(({ metadata }) => metadata.name).sort();

/** Changes something and waits until it arrives: proves that the reflector is not deaf. */
async function hears(plane: ControlPlane, reflector: Reflector<ConfigMap>, value: string): Promise<void> {
  await plane.apply([configMap("told", value)]);
  await until(`value ${value} arrives`, () => reflector.objects.get("default/told")?.data?.["value"] === value, 60_000);
}

test("a reflector follows a real API server through everything", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  await plane.apply([1, 2, 3, 4, 5].map((index) => configMap(`c${index}`, "x")));
  const client = connect(t, plane.adminKubeconfig);
  const reflector = await follow(t, client);

  await t.test("pages make a whole; changes and removals arrive; objects are alike from list and watch", async () => {
    assert.deepEqual(keys(reflector), ["c1", "c2", "c3", "c4", "c5"]);
    await hears(plane, reflector, "1");
    const [listed, watched] = [reflector.objects.get("default/c1"), reflector.objects.get("default/told")];
    assert.deepEqual([listed?.kind, listed?.apiVersion], [watched?.kind, watched?.apiVersion]);
    await plane.api.request("DELETE", `${configmapsPath}/c5`);
    await until("c5 is gone", () => reflector.objects.get("default/c5") === undefined);
  });

  await t.test("kill and restart: what changed meanwhile is there, what did not is the same value", async () => {
    const kept = reflector.objects.get("default/c1");
    await plane.stopApiServer();
    await until("the failure is noticed", () => reflector.problem() !== undefined, 60_000);
    assert.equal(reflector.problem()?.kind, "transient");
    await plane.startApiServer();
    await plane.api.request("DELETE", `${configmapsPath}/c4`);
    await hears(plane, reflector, "2");
    assert.equal(reflector.objects.get("default/c4"), undefined);
    assert.equal(reflector.objects.get("default/c1"), kept);
    // What a list brought is there before its watch is, which a server that just started may refuse once more.
    await until("all is well", () => reflector.problem() === undefined);
  });

  await t.test("custom resources, which answer 429 after a restart although the server is ready", async (t) => {
    await plane.kubectl(["apply", "--server-side", "--filename", ptpConfigCrd]);
    await plane.kubectl(["wait", "--for=condition=Established", "crd/ptpconfigs.ptp.openshift.io"]);
    const configs = createReflector({ client, resource: resources.ptpconfigs, log: silentLogger });
    t.after(() => configs.stop());
    await configs.start(new AbortController().signal);
    await until("in sync", () => configs.synced());
    await plane.stopApiServer();
    await plane.startApiServer();
    const metadata = { name: "a", namespace: "default" };
    const spec = { profile: [], recommend: [] };
    const config = { apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata, spec };
    const isMade = () =>
      plane.apply([config]).then(
        () => true,
        () => false,
      );
    await until("it can be made", isMade, 60_000);
    await until("it arrives", () => configs.objects.get("default/a") !== undefined, 60_000);
  });

  await t.test("a paused server is noticed, and after it is followed again", async (t) => {
    const outcomes: string[] = [];
    const hooks = { came: (outcome: string) => void outcomes.push(outcome) };
    const impatient = await follow(t, client, { settings: { idleMs: 2000 }, hooks });
    // Only a watch that is open can fall silent; one that is still connecting waits for its own, longer time.
    await hears(plane, impatient, "before");
    plane.pauseApiServer();
    t.after(() => plane.resumeApiServer());
    await until("silence is noticed", () => outcomes.includes("silent"), 60_000);
    await sleep(3000);
    plane.resumeApiServer();
    await hears(plane, impatient, "3");
    await hears(plane, reflector, "4");
  });

  await t.test("permission taken away and given back", async (t) => {
    const kubeconfig = await plane.kubeconfig("reader");
    await plane.kubectl(["create", "role", "reader", "--verb=list,watch", "--resource=configmaps"]);
    const grant = ["create", "rolebinding", "reader", "--role=reader", "--user=reader"];
    await plane.kubectl(grant);
    const settings = { watchMinMs: 1000, watchMaxMs: 1000, maxBackoffMs: 1000 };
    const reader = await follow(t, connect(t, kubeconfig), { settings });
    await plane.kubectl(["delete", "rolebinding", "reader"]);
    await until("the refusal is told", () => reader.problem()?.status === 403, 60_000);
    const rule =
      /a Role in namespace default with the rule \{apiGroups: \[""\], resources: \["configmaps"\], verbs: \["(list|watch)"\]\}/;
    assert.match(reader.problem()?.message ?? "", rule);
    assert.deepEqual(keys(reader), keys(reflector));
    await plane.kubectl(grant);
    await hears(plane, reader, "5");
    await until("all is well", () => reader.problem() === undefined);
  });
});

test("versions that the server forgot: compaction under a watch from before it", async (t) => {
  // Without its cache the server answers from etcd itself.
  const plane = await openControlPlane(t, { controllerManager: false, apiServerFlags: ["--watch-cache=false"] });
  if (plane === undefined) return;
  await plane.apply([configMap("a", "x"), configMap("b", "x")]);
  const gate = createGate(connect(t, plane.adminKubeconfig));
  const outcomes: string[] = [];
  const hooks = { came: (outcome: string) => void outcomes.push(outcome) };
  const settings = { watchMinMs: 1000, watchMaxMs: 1000 };
  const reflector = await follow(t, gate.client, { hooks, settings });
  const told: string[] = [];
  const listen: ChangeListener<ConfigMap> = (changes) => {
    for (const { type, key } of changes) told.push(`${type} ${key}`);
  };
  reflector.subscribe(listen);
  const kept = reflector.objects.get("default/b");

  // No watch is let through from here on.
  gate.shut();
  await until("the watch has ended", () => gate.waiting(), 60_000);
  await plane.api.request("DELETE", `${configmapsPath}/a`);
  await plane.apply([configMap("c", "x")]);
  await compact(plane);
  gate.open();
  await until("it is listed anew", () => reflector.objects.get("default/c") !== undefined, 60_000);
  assert.ok(outcomes.includes("stale"), outcomes.join());
  assert.deepEqual(told, ["deleted default/a", "added default/c"]);
  assert.equal(reflector.objects.get("default/b"), kept);
  await hears(plane, reflector, "1");
});

/** A client whose watches wait while the gate is shut. */
function createGate(client: ApiClient) {
  let opened: Promise<void> = Promise.resolve();
  let open: () => void = () => {};
  let waiting = false;
  return {
    shut: () => void (opened = new Promise((resolve) => (open = resolve))),
    open: () => open(),
    waiting: () => waiting,
    client: {
      request: (...given: Parameters<ApiClient["request"]>) => client.request(...given),
      stream: async function* (...given: Parameters<ApiClient["stream"]>) {
        waiting = true;
        await opened;
        waiting = false;
        yield* client.stream(...given);
      },
    },
  };
}

/** Makes etcd forget all versions but the newest. */
async function compact({ etcd }: ControlPlane): Promise<void> {
  const words = readFileSync(`/proc/${etcd.pid}/cmdline`, "utf8").split("\0");
  const url = words.find((word) => word.startsWith("--advertise-client-urls="))?.split("=")[1] ?? "";
  const ask = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as { readonly header: { readonly revision: string } };
  };
  const { header } = await ask("/v3/kv/range", { key: "AA==" });
  await ask("/v3/kv/compaction", { revision: header.revision, physical: true });
}
