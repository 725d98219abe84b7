import type { NodePtpDeviceStatus } from "@ptp/api";
import type { ApiRequest } from "@ptp/cluster";
import { createVirtualClock } from "@ptp/cluster/testing/virtual-clock";
import { AppError, silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { PodObject } from "../../identity/agent-pods.ts";
import { createOneObjectServer, type OneObjectServer, type WholeObject } from "../../testing/one-object-server.ts";
import { journalAnnotation, parseJournal } from "./journal.ts";
import { createRollout } from "./rollout.ts";
import { templateLabel } from "./template-label.ts";

const namespace = "ns";
const longAgo = "2026-01-01T00:00:00Z";
const nowUnixMs = Date.parse("2026-11-21T12:00:00Z");

const daemonSet: WholeObject = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agents", namespace, uid: "ds", generation: 1 },
  spec: { template: { metadata: { labels: { [templateLabel]: "new" } } } },
  status: { observedGeneration: 1 },
};

function podOn(nodeName: string): PodObject {
  const name = `${nodeName}-old`;
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "agents", uid: "ds", controller: true }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, uid: name, ownerReferences, labels: { [templateLabel]: "old" } },
    spec: { nodeName },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  };
}

const synchronized = (nodeName: string): NodePtpDeviceStatus => ({
  agent: { connected: true, since: longAgo, pod: `${nodeName}-old` },
  conditions: [{ type: "Synchronized", status: "True", reason: "Locked", message: "", lastTransitionTime: longAgo }],
});

interface Replica {
  /** The DaemonSet as the watch has it; default: as it is. */
  readonly shown?: WholeObject | undefined;
  /** It does not lead any more when it comes to deleting. */
  readonly losesLead?: boolean;
}

/** A replica's rollout over two synchronized nodes with old agents, in time of its own, through its first pass. */
async function rollOut(t: TestContext, server: OneObjectServer, { shown, losesLead = false }: Replica = {}) {
  const nodes = ["a", "b"];
  const deleted: string[] = [];
  const clock = createVirtualClock();
  let isLeading = true;
  const request = async (request: ApiRequest): Promise<unknown> => {
    if (!request.path.includes("/pods/")) return await server.client.request(request);
    isLeading &&= !losesLead;
    request.fence?.();
    deleted.push(request.path.split("/").at(-1) ?? "");
    return {};
  };
  const rollout = createRollout({
    client: { request },
    log: silentLogger,
    store: {
      state: () => ({ snapshot: {} }) as never,
      statusOf: ({ name }) => ({ ...synchronized(name) }),
      synced: () => true,
      subscribeStatus: () => () => {},
      isNodeLost: () => false,
    },
    pods: { all: () => nodes.map(podOn), synced: () => true, subscribe: () => () => {} },
    election: {
      isLeading: () => isLeading,
      fence: () => {
        if (!isLeading) throw new AppError("waiting", "this replica does not lead any more");
      },
      subscribe: () => () => {},
    },
    namespace,
    daemonSet: () => shown ?? server.object(),
    nodeNames: () => nodes,
    settings: () => ({ maxUnavailable: 1, deadlineMs: 60_000, onDeadline: "stop" }),
    nowUnixMs: () => nowUnixMs,
    changed: () => {},
    finished: () => {},
    clock,
  });
  const pass = async (milliseconds: number): Promise<void> => {
    await clock.advance(milliseconds);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  };
  await rollout.start(new AbortController().signal);
  t.after(() => rollout.stop());
  await pass(500);
  return { rollout, deleted, pass };
}

const noted = (server: OneObjectServer): readonly string[] => [
  ...parseJournal(server.object()?.metadata.annotations?.[journalAnnotation]).updates.keys(),
];

test("what begins is noted before a pod is deleted, and no second node goes", async (t) => {
  const server = createOneObjectServer(daemonSet);
  const { rollout, deleted, pass } = await rollOut(t, server);
  assert.deepEqual([noted(server), deleted], [["a"], ["a-old"]]);
  rollout.wake();
  await pass(500);
  assert.deepEqual([noted(server), deleted], [["a"], ["a-old"]]);
  assert.equal(rollout.facts()?.state, "progressing");
});

test("over a version that is not the newest nothing is deleted: another replica may have begun", async (t) => {
  const server = createOneObjectServer(daemonSet);
  const update = { replaces: "b-old", started: new Date(nowUnixMs).toISOString(), wasSettled: true };
  const text = JSON.stringify({ updates: { b: { ...update, clocksBefore: "synchronized" } }, excused: [] });
  server.refuseWrite(409, () =>
    server.put({ ...daemonSet, metadata: { ...daemonSet.metadata, annotations: { [journalAnnotation]: text } } }),
  );
  const { deleted, pass } = await rollOut(t, server);
  assert.deepEqual(deleted, [], "the first look");
  await pass(500);
  await pass(500);
  assert.deepEqual([noted(server), deleted], [["b"], ["b-old"]], "it goes on where the other began");
});

test("a watch that lags behind the note begins nothing anew", async (t) => {
  const server = createOneObjectServer(daemonSet);
  const { rollout, deleted, pass } = await rollOut(t, server, { shown: server.object() });
  rollout.wake();
  await pass(500);
  assert.equal(server.requests.length, 1, "noted once");
  assert.deepEqual(deleted, ["a-old"]);
});

test("what was decided on an older template is not told of the newest", async (t) => {
  const server = createOneObjectServer(daemonSet);
  const { rollout, pass } = await rollOut(t, server);
  const before = rollout.facts();
  const template = { metadata: { labels: { [templateLabel]: "newer" } } };
  server.put({ ...server.object(), spec: { template } } as WholeObject);
  assert.match(rollout.facts()?.message ?? "", /^agents are compared with their newest template$/);
  rollout.wake();
  await pass(500);
  assert.deepEqual(rollout.facts(), before);
});

test("what cannot be noted is not done", async (t) => {
  const server = createOneObjectServer(daemonSet);
  server.refuseWrite(503);
  const { deleted, pass } = await rollOut(t, server);
  assert.deepEqual([noted(server), deleted], [[], []]);
  await pass(500);
  assert.deepEqual([noted(server), deleted], [["a"], ["a-old"]], "tried again");
});

test("who loses the lead after its note deletes nothing; who takes over goes on with that node", async (t) => {
  const server = createOneObjectServer(daemonSet);
  const { rollout, deleted } = await rollOut(t, server, { losesLead: true });
  assert.deepEqual([noted(server), deleted], [["a"], []]);
  assert.equal(rollout.facts(), undefined, "it tells nothing any more");
  const next = await rollOut(t, server);
  assert.deepEqual([noted(server), next.deleted], [["a"], ["a-old"]]);
});
