import type { NodePtpDeviceStatus, NodePtpDevStatus } from "@ptp/api";
import { fromProfileJson, type JsonValue } from "@ptp/node";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { agentToken, createAgentPod } from "./testing/agent-pod.ts";
import { lockedClock } from "./testing/simulated-agent.ts";
import { openOperatorWorld } from "./testing/operator-world.ts";

const namespace = "openshift-ptp";
const ours = `/apis/ptp.openshift.io/v1/namespaces/${namespace}`;
const configMap = `/api/v1/namespaces/${namespace}/configmaps/ptp-configmap`;
const mergePatch = "application/merge-patch+json";

const profile = { name: "oc", interface: "ens1f0", ptp4lOpts: "-2", phc2sysOpts: "" };
const configOf = (kind: "PtpConfig" | "NodePTPCfg", name: string, nodeName: string) => ({
  apiVersion: "ptp.openshift.io/v1",
  kind,
  metadata: { name, namespace },
  spec: { profile: [profile], recommend: [{ profile: "oc", priority: 1, match: [{ nodeName }] }] },
});

test("what replicas tell of nodes, against a real API server", { timeout: 400_000 }, async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const world = await openOperatorWorld(t, plane);
  await plane.createNodes(["n1", "n2"]);
  await plane.apply([configOf("PtpConfig", "c", "n1")]);
  // The replicas are processes here, the pods they would be are only told of.
  for (const name of ["a", "b"]) await createAgentPod(plane, name, "n1");
  const flags = ["--publish-configmap"];
  const leader = world.start("a", { flags });
  await until(
    "the first leads",
    async () => /^ptp_operator_leader 1$/m.test(await world.metricsOf("a").catch(() => "")),
    90_000,
  );
  let other = world.start("b", { flags });
  const tokens: string[] = [];
  for (const nodeName of ["n1", "n2"]) {
    tokens.push(await agentToken(plane, await createAgentPod(plane, `agent-${nodeName}`, nodeName)));
  }
  const [ofFirst = "", ofSecond = ""] = tokens;
  const [first, second] = [await world.connect(other, ofFirst), await world.connect(other, ofSecond)];
  const issued = await first.accept();
  await second.accept();
  await until("the profile is ready", async () => (await readyOf(plane, "ptpconfigs/c")) === "True Succeeded", 60_000);

  await t.test("a node's status names its agent and the replica it is with", async () => {
    const status = await deviceStatus(plane, "n1");
    assert.equal(status.agent?.connected, true);
    assert.match(status.agent.servedBy ?? "", /^b_/);
    assert.equal(status.revision, issued.revision);
  });

  await t.test("the object of the first generation names the ports, as long as somebody uses that", async () => {
    const path = `${ours}/nodeptpdevs`;
    const made = (await plane.api.request("GET", path)) as { readonly items: readonly unknown[] };
    assert.deepEqual(made.items, []);
    await plane.apply([configOf("NodePTPCfg", "g", "n2")]);
    const seen = () => read<NodePtpDevStatus>(plane, `${path}/n1`).catch(() => undefined);
    const ports = async () => (await seen())?.status?.ptpDevices;
    await until("it is filled", async () => (await ports())?.length === 1, 60_000);
    assert.deepEqual(await ports(), [{ name: "ens1f0" }]);
  });

  await t.test("each transition is one event", async () => {
    await until("they are told", async () => (await eventsOf(plane, "PtpConfig", "c")).length > 0);
    await until("of the node too", async () => (await eventsOf(plane, "NodePtpDevice", "n1")).includes("Ready"));
    assert.deepEqual(await eventsOf(plane, "PtpConfig", "c"), ["Ready"]);
    assert.deepEqual(await eventsOf(plane, "NodePtpDevice", "n1"), ["AgentConnected", "Ready"]);
  });

  await t.test("ptp-configmap holds what agents get by session, and is mended", async () => {
    const data = async () => (await read(plane, configMap).catch(() => undefined))?.data;
    // With what the step before this one has changed.
    await until("it is there", async () => (await data())?.["n2"]?.includes("ens1f0") === true);
    const published = await data();
    assert.deepEqual(Object.keys(published ?? {}), ["n1", "n2"]);
    const document = fromProfileJson(JSON.parse(published?.["n1"] ?? "") as JsonValue);
    assert.deepEqual(document, { profiles: issued.config.profiles, refused: [] });
    await plane.api.request("PATCH", configMap, { data: { n1: "broken", gone: "[]" } }, mergePatch);
    await until("it is as it was", async () => JSON.stringify(await data()) === JSON.stringify(published));
    const { resourceVersion } = (await read(plane, configMap)).metadata;
    await plane.api.request("PATCH", "/api/v1/nodes/n2", { metadata: { annotations: { x: "y" } } }, mergePatch);
    await plane.createNodes(["n3"]);
    await until("a node comes", async () => (await data())?.["n3"] === "[]");
    assert.notEqual((await read(plane, configMap)).metadata.resourceVersion, resourceVersion);
    await plane.api.request("DELETE", "/api/v1/nodes/n3");
    await until("a node goes", async () => (await data())?.["n3"] === undefined);
  });

  await t.test("a config refused as a whole is refused for the leader too, which does not serve the node", async () => {
    await second.refuse("no space left on device");
    await until("it is told", async () => (await readyOf(plane, "nodeptpcfgs/g")) === "False Refused", 60_000);
    const { refusal } = await deviceStatus(plane, "n2");
    assert.deepEqual([refusal?.kind, refusal?.reason], ["not-persisted", "no space left on device"]);
  });

  await t.test("a replica that is started again tells what is new, and nothing else", async () => {
    const before = [await eventsOf(plane, "NodePtpDevice", "n1"), await eventsOf(plane, "PtpConfig", "c")];
    const told = await deviceStatus(plane, "n1");
    using changes = await watchDevices(plane);
    await other.kill();
    other = world.start("b", { flags });
    // The other agent does not come yet, which is told as late as a minute after the start.
    const again = await world.connect(other, ofFirst);
    const { revision, config } = await again.accept();
    const outcomes = config.profiles.map(({ name }) => ({ name, outcome: "applied" }) as const);
    const clocks = config.profiles.map((each, index) => ({ ...lockedClock(each, index), offsetNs: 5 }));
    await again.session.send({ kind: "report", report: { revision, outcomes, clocks, processes: [], notices: [] } });
    const offset = async () => (await deviceStatus(plane, "n1")).clocks?.[0]?.offsetNs;
    await until("the new offset is told", async () => (await offset()) === 5, 30_000);
    assert.deepEqual((await deviceStatus(plane, "n1")).agent, told.agent, "it was never away");
    // The leader may still be taking away what it made for the node that came and went.
    const names = () => changes.names().filter((name) => name !== "n3");
    await until("the watch tells it too", () => names().length > 0);
    assert.deepEqual(names(), ["n1"], "one write, of one node");
    const after = [await eventsOf(plane, "NodePtpDevice", "n1"), await eventsOf(plane, "PtpConfig", "c")];
    assert.deepEqual(after, before);
  });

  await t.test("a replica dies with an agent it served: the leader tells that nobody knows", async () => {
    await other.kill();
    const startMs = performance.now();
    await plane.api.request("DELETE", `/api/v1/namespaces/${namespace}/pods/b`, { gracePeriodSeconds: 0 });
    await until("it is told", async () => (await deviceStatus(plane, "n1")).agent?.connected === false, 90_000);
    const waitedMs = performance.now() - startMs;
    assert.ok(waitedMs > 10_000, `another replica gets time to take over, not ${waitedMs} ms`);
    const { clocks, devices, revision } = await deviceStatus(plane, "n1");
    assert.deepEqual(
      clocks?.map(({ state, cause }) => [state, cause[1]]),
      [["UNKNOWN", "last told: LOCKED"]],
    );
    assert.deepEqual([devices?.length, revision], [1, issued.revision], "what it is stays known");
    await until(
      "the profile too",
      async () => (await readyOf(plane, "ptpconfigs/c")) === "False AgentDisconnected",
      60_000,
    );
  });

  await t.test("an operator that starts again tells no transition again", async () => {
    const told = async () => [await eventsOf(plane, "NodePtpDevice", "n1"), await eventsOf(plane, "PtpConfig", "c")];
    const before = [
      ["AgentConnected", "Ready", "AgentDisconnected"],
      ["Ready", "AgentDisconnected"],
    ];
    // Each object's event follows its own status.
    const isTold = async () => isDeepStrictEqual(await told(), before);
    await until("the last of both is told", isTold, 60_000).catch(async () => assert.deepEqual(await told(), before));
    await leader.kill();
    world.start("a", { flags });
    const spec = { spec: { profile: [profile, { name: "two" }] } };
    await plane.api.request("PATCH", `${ours}/ptpconfigs/c`, spec, mergePatch);
    await until(
      "it writes again",
      async () => {
        const { metadata, status } = await read<{ observedGeneration?: number }>(plane, `${ours}/ptpconfigs/c`);
        return status?.observedGeneration === metadata.generation;
      },
      90_000,
    );
    assert.deepEqual(await told(), before);
  });
});

/** Names of NodePtpDevices as they change from now on. */
async function watchDevices({ api }: ControlPlane) {
  const path = `${ours}/nodeptpdevices`;
  const { metadata } = (await api.request("GET", path)) as { readonly metadata: { readonly resourceVersion: string } };
  const names: string[] = [];
  const closing = new AbortController();
  const note = ({ object }: { readonly object: unknown }) =>
    void names.push((object as { readonly metadata: { readonly name: string } }).metadata.name);
  void api.watch(`${path}?watch=true&resourceVersion=${metadata.resourceVersion}`, note, closing.signal);
  return { names: () => names, [Symbol.dispose]: () => closing.abort() };
}

interface Seen<S> {
  readonly metadata: { readonly generation: number; readonly resourceVersion: string };
  readonly status?: S & {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  };
  readonly data?: Readonly<Record<string, string>>;
}

async function read<S = unknown>({ api }: ControlPlane, path: string): Promise<Seen<S>> {
  return (await api.request("GET", path)) as Seen<S>;
}

async function deviceStatus(plane: ControlPlane, name: string): Promise<NodePtpDeviceStatus> {
  return (await read<NodePtpDeviceStatus>(plane, `${ours}/nodeptpdevices/${name}`)).status ?? {};
}

async function readyOf(plane: ControlPlane, path: string): Promise<string> {
  const seen = await read(plane, `${ours}/${path}`).catch(() => undefined);
  const ready = seen?.status?.conditions?.find(({ type }) => type === "Ready");
  return `${ready?.status} ${ready?.reason}`;
}

interface Told {
  readonly reason: string;
  readonly eventTime: string;
  readonly regarding: { readonly kind: string; readonly name: string; readonly uid?: string };
}

/** Reasons of an object's events, in the order in which they were told. */
async function eventsOf({ api }: ControlPlane, kind: string, name: string): Promise<readonly string[]> {
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
  const { items } = (await api.request("GET", path)) as { readonly items: readonly Told[] };
  const own = items.filter(({ regarding }) => regarding.kind === kind && regarding.name === name);
  assert.ok(own.every(({ regarding }) => regarding.uid !== undefined));
  return own.toSorted((a, b) => a.eventTime.localeCompare(b.eventTime)).map(({ reason }) => reason);
}
