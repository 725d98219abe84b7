import type { NodeConfig } from "@ptp/node";
import { silentLogger } from "@ptp/kit";
import type { Resolution } from "@ptp/resolve";
import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { ownLabels } from "../own-labels.ts";
import { createOneObjectServer, type WholeObject } from "../testing/one-object-server.ts";
import { maxConfigMapBytes } from "./profiles-config-map.ts";
import { createProfilesPublisher } from "./profiles-publisher.ts";

type Nodes = Pick<Resolution, "nodes">;

const namespace = "ns";

function resolutionOf(confByNode: Readonly<Record<string, string>>): Nodes {
  const nodes = Object.entries(confByNode).map(([nodeName, ptp4lConf]) => {
    const config: NodeConfig = {
      nodeName,
      profiles: [{ name: "c_p", ptp4lConf }],
      hardware: [],
      plugins: [],
      secrets: [],
    };
    return [nodeName, { config, revision: "", explanation: [], conflicts: [] }] as const;
  });
  return { nodes: new Map(nodes) };
}

const configMap = (data: Readonly<Record<string, string>>, labels?: Readonly<Record<string, string>>): WholeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "ptp-configmap", namespace, ...(labels && { labels }) },
  data,
});

/** A publisher in time of its own, with what it does. */
async function publish(t: TestContext, initial?: WholeObject) {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const server = createOneObjectServer(initial);
  const told: (string | undefined)[] = [];
  const state: { isLeading: boolean; last: Nodes | undefined } = { isLeading: true, last: undefined };
  let changes = 0;
  const publisher = createProfilesPublisher({
    client: server.client,
    namespace,
    election: {
      isLeading: () => state.isLeading,
      fence: () => assert.ok(state.isLeading, "a write after the lead was lost"),
    },
    last: () => state.last && { resolution: state.last },
    operatorName: "ptp-operator",
    oversized: (reason) => void told.push(reason),
    changed: () => (changes += 1),
    log: silentLogger,
  });
  const pass = async (milliseconds: number): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    mock.timers.tick(milliseconds);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  };
  await publisher.start(new AbortController().signal);
  t.after(() => publisher.stop());
  const resolve = async (confByNode: Readonly<Record<string, string>>): Promise<void> => {
    state.last = resolutionOf(confByNode);
    publisher.touch();
    await pass(200);
  };
  await pass(200);
  const data = () => server.object()?.["data"] as Readonly<Record<string, string>> | undefined;
  return { server, publisher, state, told, resolve, pass, data, changes: () => changes };
}

test("before anything is resolved nothing is written, and nothing is said to be published", async (t) => {
  const { server, publisher } = await publish(t);
  assert.deepEqual(server.requests, []);
  assert.equal(publisher.standing()?.kind, "pending");
});

test("each node has its entry; equal ones are not written again", async (t) => {
  const { server, publisher, resolve, pass, data, changes } = await publish(t);
  await resolve({ a: "1", b: "2" });
  assert.deepEqual(Object.keys(data() ?? {}), ["a", "b"]);
  assert.deepEqual(server.object()?.metadata.labels, ownLabels("ptp-operator", "migration"));
  assert.deepEqual(publisher.standing(), { kind: "published", nodes: 2 });
  await resolve({ a: "1", b: "2" });
  publisher.touch();
  await pass(200);
  assert.equal(server.requests.length, 1);
  assert.equal(changes(), 1);
  await resolve({ a: "1" });
  assert.deepEqual(Object.keys(data() ?? {}), ["a"], "a node that is gone");
});

test("what somebody else changed is put right, and what others left of nodes that are gone is removed", async (t) => {
  const { server, resolve, pass, data } = await publish(t);
  await resolve({ a: "1" });
  const [right, { metadata }] = [data(), server.object() ?? assert.fail()];
  server.put({ ...configMap({ a: "[]", gone: "[]" }), metadata });
  await pass(200);
  assert.deepEqual(data(), right);
  await pass(200);
  assert.equal(server.requests.length, 3, "once applied, then applied and cleaned");
});

test("a ConfigMap of the existing operator stays its own", async (t) => {
  const { server, resolve, data } = await publish(t, configMap({ a: "[]" }));
  await resolve({ a: "1" });
  assert.match(data()?.["a"] ?? "", /"ptp4lConf":"1"/);
  assert.equal(server.object()?.metadata.labels, undefined);
});

test("a replica that does not lead says and writes nothing until it does", async (t) => {
  const { server, publisher, state, resolve, pass } = await publish(t);
  state.isLeading = false;
  await resolve({ a: "1" });
  assert.deepEqual([server.requests, publisher.standing()], [[], undefined]);
  state.isLeading = true;
  publisher.touch();
  await pass(200);
  assert.equal(publisher.standing()?.kind, "published");
});

test("a write that fails is told and tried again", async (t) => {
  const { server, publisher, resolve, pass } = await publish(t);
  server.refuseWrite(503);
  await resolve({ a: "1" });
  assert.match(JSON.stringify(publisher.standing()), /"pending".*not written; trying on: status 503/);
  await pass(4999);
  assert.equal(server.requests.length, 1);
  await pass(1);
  assert.deepEqual(publisher.standing(), { kind: "published", nodes: 1 });
});

test("profiles that no ConfigMap holds are told once, and once when they do again", async (t) => {
  const { server, publisher, resolve, told, data } = await publish(t);
  await resolve({ a: "1" });
  const before = data();
  await resolve({ a: "#".repeat(maxConfigMapBytes) });
  await resolve({ a: "#".repeat(maxConfigMapBytes), b: "" });
  assert.equal(publisher.standing()?.kind, "oversized");
  assert.deepEqual(data(), before, "what nodes have stays");
  await resolve({ a: "2" });
  assert.equal(publisher.standing()?.kind, "published");
  assert.deepEqual([told.length, told[1]], [2, undefined]);
  assert.match(told[0] ?? "", /a ConfigMap holds 1048576; .*nodes of the existing daemon keep what they have/);
  assert.equal(server.requests.length, 2);
});
