import { captureLogger, silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createApiClient } from "../connection/api-client.ts";
import type { KubeObject } from "../objects/kube-object.ts";
import { resources } from "../objects/resources.ts";
import { eventually } from "../testing/eventually.ts";
import { startSmallApiServer, type SeenRequest, type SmallApiServer } from "../testing/small-api-server.ts";
import { createReflector, type Reflector, type ReflectorOptions, type ReflectorSettings } from "./reflector.ts";

const options = { timeout: 60_000 };
const quick: Partial<ReflectorSettings> = { initialBackoffMs: 10, maxBackoffMs: 50, pageSize: 2 };
const isWatch = ({ query }: SeenRequest) => query.get("watch") === "true";
const isList = (request: SeenRequest) => !isWatch(request);

type Given = Partial<ReflectorOptions<KubeObject>>;

async function setUp(t: TestContext, names: readonly string[], given: Given = {}) {
  const server = await startSmallApiServer();
  for (const name of names) server.put(name);
  const client = createApiClient(server.kubeConfig());
  const nodes = createReflector<KubeObject>({
    client,
    resource: resources.nodes,
    log: silentLogger,
    ...given,
    settings: { ...quick, ...given.settings },
  });
  t.after(async () => {
    await nodes.stop();
    await client.close();
    await server.close();
  });
  await nodes.start(new AbortController().signal);
  return { server, nodes };
}

const namesOf = ({ objects }: Reflector<KubeObject>) =>
  [...objects.values()].map(({ metadata }) => metadata.name).sort();

/** Follows the server as it is now: what reaches the copy after this proves that it is not deaf. */
async function follows(server: SmallApiServer, nodes: Reflector<KubeObject>, name: string): Promise<void> {
  server.put(name);
  await eventually(() => nodes.objects.get(name) !== undefined);
}

test("lists in pages, then follows; items get the kind that lists leave out", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a", "b", "c", "d", "e"]);
  assert.equal(nodes.synced(), false);
  await eventually(() => nodes.synced());
  assert.deepEqual(namesOf(nodes), ["a", "b", "c", "d", "e"]);
  assert.equal(server.requests.filter(isList).length, 3);
  assert.equal(nodes.objects.get("a")?.kind, "Node");
  assert.equal(nodes.objects.get("a")?.apiVersion, "v1");
  await follows(server, nodes, "f");
  server.remove("a");
  await eventually(() => nodes.objects.get("a") === undefined);
});

test("the watch asks for bookmarks and for an end between the two times", options, async (t) => {
  const { server, nodes } = await setUp(t, [], { settings: { watchMinMs: 1000, watchMaxMs: 3000 } });
  await eventually(() => nodes.synced() && server.watches() === 1);
  const query = server.requests.find(isWatch)?.query;
  assert.equal(query?.get("allowWatchBookmarks"), "true");
  assert.equal(query?.get("resourceVersion"), "100");
  const seconds = Number(query?.get("timeoutSeconds"));
  assert.ok(seconds >= 1 && seconds <= 3);
});

test("changes are told once, what existed at start as such, and not to who unsubscribed", options, async (t) => {
  const server = await startSmallApiServer();
  server.put("a");
  const client = createApiClient(server.kubeConfig());
  const nodes = createReflector({ client, resource: resources.nodes, log: silentLogger, settings: quick });
  t.after(async () => {
    await nodes.stop();
    await client.close();
    await server.close();
  });
  const told: string[] = [];
  const unsubscribe = nodes.subscribe((changes, initial) => {
    for (const { type, key } of changes) told.push(`${initial ? "initial " : ""}${type} ${key}`);
  });
  await nodes.start(new AbortController().signal);
  await eventually(() => nodes.synced());
  server.put("a");
  server.put("b");
  server.remove("a");
  await eventually(() => told.length === 4);
  unsubscribe();
  await follows(server, nodes, "c");
  assert.deepEqual(told, ["initial added a", "updated a", "added b", "deleted a"]);
});

test("an empty list is told too, so that who waits for the first state goes on", options, async (t) => {
  const { nodes } = await setUp(t, []);
  let calls = 0;
  nodes.subscribe((changes, initial) => {
    if (initial && changes.length === 0) calls += 1;
  });
  await eventually(() => nodes.synced());
  assert.equal(calls, 1);
});

for (const how of ["end", "reset"] as const) {
  test(`a watch that ends by ${how} goes on where it was, without a list`, options, async (t) => {
    const { server, nodes } = await setUp(t, ["a"]);
    await eventually(() => server.watches() === 1);
    await follows(server, nodes, "b");
    server.endWatches(how);
    server.put("c");
    await eventually(() => nodes.objects.get("c") !== undefined);
    assert.equal(server.requests.filter(isList).length, 1);
    assert.equal(nodes.problem(), undefined);
  });
}

test("a forgotten version is listed anew, and what went meanwhile is gone", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a", "b"]);
  await eventually(() => server.watches() === 1);
  const kept = nodes.objects.get("b");
  const isBlocked = isWatch;
  for (let index = 0; index < 3; index += 1) server.order(isBlocked, { status: 503 });
  server.endWatches("reset");
  server.remove("a");
  server.compact();
  server.put("c");
  await eventually(() => namesOf(nodes).join() === "b,c");
  assert.equal(nodes.objects.get("b"), kept);
  await follows(server, nodes, "d");
});

for (const code of [410, 500, 429]) {
  test(`an ERROR ${code} in the watch leads to a new list`, options, async (t) => {
    const { server, nodes } = await setUp(t, ["a"]);
    await eventually(() => server.watches() === 1);
    const lists = server.requests.filter(isList).length;
    server.send({ type: "ERROR", object: { kind: "Status", code, message: "x" } });
    await eventually(() => server.requests.filter(isList).length > lists);
    await follows(server, nodes, "b");
  });
}

test("a page token that expired half way starts the list over, in one piece", options, async (t) => {
  const server = await startSmallApiServer();
  for (const name of ["a", "b", "c", "d", "e"]) server.put(name);
  server.order(({ query }) => query.get("continue")?.startsWith("4@") === true, {
    status: 410,
    body: { reason: "Expired" },
  });
  const client = createApiClient(server.kubeConfig());
  const nodes = createReflector({ client, resource: resources.nodes, log: silentLogger, settings: quick });
  t.after(async () => {
    await nodes.stop();
    await client.close();
    await server.close();
  });
  await nodes.start(new AbortController().signal);
  await eventually(() => nodes.synced());
  assert.equal(nodes.objects.size, 5);
  assert.equal(server.requests.filter(isList).at(-1)?.query.get("limit"), "0");
});

test("Retry-After is waited for", options, async (t) => {
  const server = await startSmallApiServer();
  server.put("a");
  server.order(isList, { status: 429, headers: { "retry-after": "1" } });
  const client = createApiClient(server.kubeConfig());
  const nodes = createReflector({ client, resource: resources.nodes, log: silentLogger, settings: quick });
  t.after(async () => {
    await nodes.stop();
    await client.close();
    await server.close();
  });
  const start = performance.now();
  await nodes.start(new AbortController().signal);
  await eventually(() => nodes.synced());
  assert.ok(performance.now() - start >= 1000);
});

test("a half-open connection is noticed, bookmarks keep a quiet one", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a"], { settings: { idleMs: 1500 } });
  await eventually(() => server.watches() === 1);
  const watches = () => server.requests.filter(isWatch).length;
  let [kept, longestMs] = [0, Infinity];
  // Anew where this very process stood still, bookmarks and all: the watch has been quiet then.
  while (longestMs > 1200) {
    [kept, longestMs] = [watches(), 0];
    for (let index = 0; index < 8; index += 1) {
      const begunMs = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 400));
      server.bookmark();
      longestMs = Math.max(longestMs, performance.now() - begunMs);
    }
  }
  assert.equal(watches(), kept);
  // From here on the server says nothing any more.
  await eventually(() => watches() > kept && server.watches() === 1);
  await follows(server, nodes, "b");
  assert.equal(server.requests.filter(isList).length, 1);
});

test("a bookmark moves the version a next watch starts from", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a"]);
  await eventually(() => nodes.synced() && server.watches() === 1);
  server.bookmark("9000");
  server.endWatches("end");
  await eventually(() => server.requests.filter(isWatch).length >= 2);
  assert.equal(server.requests.filter(isWatch).at(-1)?.query.get("resourceVersion"), "9000");
});

test("a server that counts from an earlier version is listed anew", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a"]);
  await eventually(() => nodes.synced() && server.watches() === 1);
  server.bookmark("7");
  await eventually(() => server.requests.filter(isList).length === 2);
  await follows(server, nodes, "b");
});

test("missing permission keeps the objects, is told once with the remedy, and ends by itself", options, async (t) => {
  const lines: string[] = [];
  const log = captureLogger(
    (level, message, fields) => void lines.push(`${level} ${message} ${String(fields["error"])}`),
  );
  const { server, nodes } = await setUp(t, ["a"], { log });
  await eventually(() => server.watches() === 1);
  const body = { kind: "Status", reason: "Forbidden", message: 'User "u" cannot watch resource "nodes"' };
  for (let index = 0; index < 4; index += 1) server.order(isWatch, { status: 403, body });
  server.endWatches("reset");
  await eventually(() => nodes.problem()?.kind === "invalid");
  assert.match(
    nodes.problem()?.message ?? "",
    /rule \{apiGroups: \[""\], resources: \["nodes"\], verbs: \["watch"\]\}/,
  );
  assert.deepEqual(namesOf(nodes), ["a"]);
  await follows(server, nodes, "b");
  assert.equal(nodes.problem(), undefined);
  assert.equal(lines.filter((line) => line.startsWith("warn")).length, 1);
});

test("transform is applied once a version; what it cannot take costs only that object", options, async (t) => {
  const transform = (object: KubeObject): KubeObject => {
    if (object.metadata.name === "bad") throw new Error("no");
    return { ...object, metadata: { ...object.metadata, labels: { seen: "yes" } } };
  };
  const { server, nodes } = await setUp(t, ["a", "bad"], { transform });
  await eventually(() => nodes.synced());
  assert.deepEqual(namesOf(nodes), ["a"]);
  const before = nodes.objects.get("a");
  assert.equal(before?.metadata.labels?.["seen"], "yes");
  server.send({ type: "ERROR", object: { code: 410 } });
  await follows(server, nodes, "b");
  assert.equal(nodes.objects.get("a"), before);
});

test("a listener that throws and a line nobody understands stop nothing", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a"]);
  await eventually(() => server.watches() === 1);
  nodes.subscribe(() => {
    throw new Error("mistake");
  });
  let heard = 0;
  nodes.subscribe(() => void (heard += 1));
  server.send({ type: "NEW", object: {} });
  server.send(7);
  await follows(server, nodes, "b");
  assert.equal(heard, 1);
});

test("stop ends an open watch at once, and a wait too", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a"]);
  await eventually(() => server.watches() === 1);
  await nodes.stop();
  await eventually(() => server.watches() === 0);
});

test("whatever the server does, in the end the copy equals the original", options, async (t) => {
  const { server, nodes } = await setUp(t, ["a", "b", "c"], { settings: { idleMs: 3000 } });
  let seed = 42;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const bad = [{ status: 500 }, { status: 429 }, "reset", { status: 403 }] as const;
  for (let step = 0; step < 150; step += 1) {
    const name = `n${Math.floor(random() * 10)}`;
    const dice = Math.floor(random() * 10);
    if (dice < 4) server.put(name);
    else if (dice < 6) server.remove(name);
    else if (dice === 6) server.compact();
    else if (dice === 7) server.endWatches(random() < 0.5 ? "end" : "reset");
    else if (dice === 8) server.send({ type: "ERROR", object: { code: 410 } });
    else server.order(() => true, bad[Math.floor(random() * bad.length)] ?? "reset");
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  server.put("last");
  await eventually(() => nodes.objects.get("last") !== undefined);
  const original = server
    .objects()
    .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
    .sort();
  await eventually(
    () =>
      [...nodes.objects.values()]
        .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
        .sort()
        .join() === original.join(),
  );
});
