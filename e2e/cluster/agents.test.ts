import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { openOperatorWorld } from "./testing/operator-world.ts";

const namespaced = (group: string, plural: string) => `/${group}/namespaces/openshift-ptp/${plural}`;
const configPath = namespaced("apis/ptp.openshift.io/v1", "ptpoperatorconfigs/default");
const daemonSets = namespaced("apis/apps/v1", "daemonsets");
const services = namespaced("api/v1", "services");
const slices = namespaced("apis/discovery.k8s.io/v1", "endpointslices");
const podsPath = namespaced("api/v1", "pods");
const usual = `${daemonSets}/linuxptp-daemon`;
const mergePatch = "application/merge-patch+json";

interface Seen {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: {
        readonly nodeSelector: object;
        readonly containers: readonly { readonly image: string; readonly args: readonly string[] }[];
      };
    };
    readonly daemonNodeSelector?: object;
    readonly nodeName?: string;
  };
  readonly endpoints?: readonly { readonly addresses: readonly string[] }[];
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

const leastSettings = {
  image: "agent:1",
  serviceAccountName: "linuxptp-daemon",
  operatorAddress: "ptp-operator.openshift-ptp.svc:8443",
  priorityClassName: "system-node-critical",
  resources: { requests: { cpu: "0.020", memory: "96Mi" } },
};

test("the agents of a cluster", { timeout: 410_000 }, async (t) => {
  const plane = await openControlPlane(t, { scheduler: true, audit: true });
  if (plane === undefined) return;
  const cluster = await prepare(t, plane);
  const { world, settings, condition, namesOf, patch, read, isGone } = cluster;
  await t.test("PtpOperatorConfig and DaemonSet are made, and one agent per node", async () => {
    await until("agents are there", () => condition("True Succeeded", /2 of 2/), 60_000);
    assert.deepEqual((await read(configPath)).spec, { daemonNodeSelector: {} });
    await agentsAreOn(cluster, ["n1", "n2"]);
    await until("it counts", async () => /^ptp_operator_nodes 2$/m.test(await world.metricsOf("a")));
  });

  await t.test("profiles, keys, plugins and events restart no agent", async () => {
    const before = await read(usual);
    const pods = (await cluster.list(podsPath)).map(({ metadata }) => metadata.uid);
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "keys", namespace: "openshift-ptp" } };
    await plane.apply([secret, ptpConfig]);
    await patch(configPath, {
      spec: { plugins: { e810: {} }, ptpEventConfig: { enableEventPublisher: true, transportHost: "http://x:9043" } },
    });
    await until("it was looked at", async () => (await namesOf(services)).length === 2);
    const after = await read(usual);
    assert.deepEqual(
      [after.metadata.uid, after.metadata.generation],
      [before.metadata.uid, before.metadata.generation],
    );
    assert.deepEqual(
      (await cluster.list(podsPath)).map(({ metadata }) => metadata.uid),
      pods,
    );
  });

  await t.test("events: a Service per node, with the node's address, as long as both are there", () => events(cluster));

  await t.test("the replica comes back: what is as it should be is not written", async () => {
    await until("it rests", () => condition("True Succeeded"));
    const { generation } = (await read(usual)).metadata;
    await plane.audit?.clear();
    const sinceMs = await cluster.restart();
    // What the one before asked for may be recorded later than it was seen.
    const writes = async () =>
      ((await plane.audit?.read()) ?? []).filter(
        ({ user, verb, receivedAt }) =>
          user.endsWith(":ptp-operator") &&
          !["get", "list", "watch"].includes(verb) &&
          Date.parse(receivedAt) >= sinceMs,
      );
    await until("it looks", async () => (await writes()).some(({ uri }) => uri.includes("/daemonsets/")), 90_000);
    assert.equal((await read(usual)).metadata.generation, generation);
    await patch(configPath, { spec: { daemonNodeSelector: { "ptp/on": "" } } });
    await until("it acts", async () => "ptp/on" in (await read(usual)).spec.template.spec.nodeSelector);
    await until("no node has an agent", async () => (await namesOf(services)).length === 0);
    const anew = (await writes()).filter(({ verb, uri }) => verb !== "delete" && /services|endpointslices/.test(uri));
    assert.deepEqual(
      anew.map(({ verb, uri }) => `${verb} ${uri}`),
      [],
    );
  });

  await t.test("a selector moves the agents; without a node it says so", async () => {
    await until("none is left", () => condition("False NoNodesMatched"));
    await patch("/api/v1/nodes/n2", { metadata: { labels: { "ptp/on": "" } } });
    await until("one is there", () => condition("True Succeeded", /1 of 1/));
    await agentsAreOn(cluster, ["n2"]);
    await until("it counts", async () => /^ptp_operator_nodes 1$/m.test(await world.metricsOf("a")));
    const kept = await podOf(cluster, "n2");
    await patch(configPath, { spec: { daemonNodeSelector: { "ptp/on": null } } });
    await until("n1 has one again", () => condition("True Succeeded", /2 of 2/));
    await until("none is old", () => condition("True Succeeded", /^$/, "AgentsUpdated"));
    await agentsAreOn(cluster, ["n1", "n2"]);
    assert.equal(await podOf(cluster, "n2"), kept, "selecting more nodes restarts no agent");
  });

  await t.test("what others set stays, what the operator set comes back", async () => {
    const restarted = { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" };
    await patch(usual, {
      metadata: { annotations: { mine: "1" } },
      spec: { template: { metadata: { annotations: restarted } } },
    });
    const image = "linuxptp-daemon-container=other:1";
    await plane.kubectl(["set", "image", "daemonset/linuxptp-daemon", image, "--namespace", "openshift-ptp"]);
    await until("its image is back", async () => (await containerOf(cluster)).image === "agent:1");
    await settings({ image: "agent:2", logLevel: "debug" });
    await until("new settings are in", async () => (await containerOf(cluster)).image === "agent:2");
    const { metadata, spec } = await read(usual);
    assert.ok(spec.template.spec.containers[0]?.args.includes("--v=4"));
    assert.equal(metadata.annotations?.["mine"], "1");
    assert.deepEqual(spec.template.metadata.annotations, restarted);
  });

  await t.test("a deleted DaemonSet comes back", async () => {
    const { metadata } = await read(usual);
    await plane.api.request("DELETE", usual);
    await until("it is another", async () => (await read(usual).catch(() => undefined))?.metadata.uid !== metadata.uid);
    await until("it is there", async () => (await read(usual).catch(() => undefined)) !== undefined);
  });

  await t.test("settings that are wrong are told, and change nothing", async () => {
    const { metadata } = await read(usual);
    await settings({ image: "" });
    await until("it is told", () => condition("False Invalid", /agent\.json: image: must be at least 1/));
    assert.equal((await read(usual)).metadata.generation, metadata.generation);
    await settings({ priorityClassName: "Not A Name" });
    await until("the API server's refusal too", () => condition("False Invalid", /priorityClassName/));
    assert.equal((await read(usual)).metadata.generation, metadata.generation);
  });

  await t.test("another name: the agents move; what is not the operator's is in the way, and stays", async () => {
    await settings({ daemonSetName: "ptp-agent", nodeSelector: { "ptp/on": "" } });
    await until("moved", async () => (await namesOf(daemonSets)).join() === "ptp-agent");
    const { apiVersion, kind, spec } = (await read(`${daemonSets}/ptp-agent`)) as Seen &
      Readonly<Record<string, string>>;
    await plane.apply([{ apiVersion, kind, metadata: { name: "linuxptp-daemon", namespace: "openshift-ptp" }, spec }]);
    const theirs = (await read(usual)).metadata;
    await settings({});
    await until("it is told", () => condition("False OwnedByOthers", /linuxptp-daemon is not of this operator/));
    assert.deepEqual(await namesOf(daemonSets), ["linuxptp-daemon", "ptp-agent"], "the agents there are go on");
    assert.equal((await read(usual)).metadata.generation, theirs.generation);
    await plane.api.request("DELETE", usual);
    await until("it is ours", async () => (await namesOf(daemonSets)).join() === "linuxptp-daemon", 60_000);
  });

  await t.test("a deleted PtpOperatorConfig comes back and owns what there is", async () => {
    const { metadata } = await read(configPath);
    await plane.api.request("DELETE", configPath);
    await until("it is another", async () => {
      const now = await read(configPath).catch(() => undefined);
      return now !== undefined && now.metadata.uid !== metadata.uid;
    });
    const { uid } = (await read(configPath)).metadata;
    const owned = async () => (await read(usual).catch(() => undefined))?.metadata.ownerReferences?.[0]?.uid === uid;
    await until("it owns the DaemonSet", owned);
    assert.ok(!(await isGone(usual)));
  });

  assert.deepEqual(cluster.forbidden(), [], "the chart's permissions are enough");
});

const ptpConfig = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "openshift-ptp" },
  spec: { profile: [{ name: "p", interface: "eth0" }], recommend: [{ profile: "p", priority: 1, match: [{}] }] },
};

async function prepare(t: TestContext, plane: ControlPlane) {
  plane.playKubelets();
  const world = await openOperatorWorld(t, plane);
  await plane.createNodes(["n1", "n2"]);
  const path = join(plane.dir, "agent.json");
  const settings = async (change: object): Promise<void> => {
    await writeFile(`${path}.new`, JSON.stringify({ ...leastSettings, ...change }));
    await rename(`${path}.new`, path);
  };
  await settings({});
  const start = () => world.start("a", { flags: ["--agent-settings", path] });
  let operator = start();
  const lines: string[] = [];
  const read = async (at: string) => (await plane.api.request("GET", at)) as Seen;
  const list = async (at: string) =>
    ((await plane.api.request("GET", at)) as { readonly items: readonly Seen[] }).items;
  return {
    plane,
    world,
    settings,
    read,
    list,
    namesOf: async (at: string) => (await list(at)).map(({ metadata }) => metadata.name),
    isGone: (at: string) =>
      read(at).then(
        () => false,
        () => true,
      ),
    patch: async (at: string, body: object) => void (await plane.api.request("PATCH", at, body, mergePatch)),
    /** Returns when the replica before had ended. */
    restart: async (): Promise<number> => {
      lines.push(...operator.lines);
      await operator.kill();
      const endedMs = Date.now();
      operator = start();
      return endedMs;
    },
    forbidden: () => [...lines, ...operator.lines].filter((line) => line.includes("forbidden")),
    /** Whether the condition is so. */
    condition: async (wanted: string, message = /./, type = "AgentsAvailable") => {
      const { conditions = [] } = (await read(configPath).catch(() => undefined))?.status ?? {};
      const found = conditions.find((each) => each.type === type);
      return `${found?.status} ${found?.reason}` === wanted && message.test(found?.message ?? "");
    },
  };
}

type Cluster = Awaited<ReturnType<typeof prepare>>;

/** One agent each, in the end: pods that are deleted go a little later, and those of a node that is gone are not counted. */
async function agentsAreOn({ list, namesOf }: Cluster, wanted: readonly string[]): Promise<void> {
  let found: readonly string[] = [];
  const isSo = async (): Promise<boolean> => {
    const nodes = new Set(await namesOf("/api/v1/nodes"));
    const names = (await list(podsPath)).map(({ spec }) => spec.nodeName ?? "");
    found = names.filter((name) => nodes.has(name)).toSorted();
    return found.join() === wanted.join();
  };
  await until("one agent on each node", isSo).catch(() => assert.deepEqual(found, wanted));
}

/** Uid of the pod on a node. */
async function podOf({ list }: Cluster, nodeName: string): Promise<string | undefined> {
  return (await list(podsPath)).find(({ spec }) => spec.nodeName === nodeName)?.metadata.uid;
}

async function containerOf({ read }: Cluster): Promise<{ readonly image: string }> {
  const [container] = (await read(usual)).spec.template.spec.containers;
  assert.ok(container);
  return container;
}

async function events({ plane, read, patch, namesOf, isGone }: Cluster): Promise<void> {
  const prefix = "ptp-event-publisher-service-";
  const status = { addresses: [{ type: "InternalIP", address: "192.0.2.7" }] };
  await patch("/api/v1/nodes/n1/status", { status });
  await plane.createNodes([`${"long".repeat(10)}.example`]);
  await until("the node that came has one", async () => (await namesOf(services)).length === 3);
  const names = await namesOf(services);
  assert.deepEqual(names.slice(1), [`${prefix}n1`, `${prefix}n2`]);
  assert.match(names[0] ?? "", /^ptp-event-publisher-service-long[longo]{22}-[0-9a-f]{8}$/);
  await until("its address is there", async () => (await namesOf(slices)).join() === `${prefix}n1-ipv4`);
  assert.deepEqual((await read(`${slices}/${prefix}n1-ipv4`)).endpoints?.[0]?.addresses, ["192.0.2.7"]);
  await plane.api.request("DELETE", `${slices}/${prefix}n1-ipv4`);
  await plane.api.request("DELETE", `${services}/${prefix}n1`);
  await until(
    "deleted ones come back",
    async () => (await namesOf(slices)).length === 1 && !(await isGone(`${services}/${prefix}n1`)),
  );
  await plane.api.request("DELETE", `/api/v1/nodes/${"long".repeat(10)}.example`);
  await until("a node takes its own along", async () => (await namesOf(services)).length === 2);
  await patch(configPath, { spec: { ptpEventConfig: { enableEventPublisher: false } } });
  await until("off", async () => [...(await namesOf(services)), ...(await namesOf(slices))].length === 0);
  await patch(configPath, { spec: { ptpEventConfig: { enableEventPublisher: true } } });
  await until("on", async () => [...(await namesOf(services)), ...(await namesOf(slices))].length === 3);
}
