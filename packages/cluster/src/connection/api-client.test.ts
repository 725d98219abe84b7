import { AppError } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { kubeConfigOf } from "../testing/kube-config-of.ts";
import { startSmallApiServer } from "../testing/small-api-server.ts";
import { createApiClient } from "./api-client.ts";

const options = { timeout: 60_000 };
const path = "/api/v1/nodes";

async function setUp(t: TestContext) {
  const server = await startSmallApiServer();
  const client = createApiClient(server.kubeConfig());
  t.after(async () => {
    await client.close();
    await server.close();
  });
  return { server, client };
}

test("requests one after the other share connections", options, async (t) => {
  const { server, client } = await setUp(t);
  for (let index = 0; index < 20; index += 1) await client.request({ method: "GET", path });
  // The next request may come before the last answer has left its connection.
  assert.ok(server.connections() <= 2, String(server.connections()));
  assert.equal(server.requests.length, 20);
});

test("connections outlive the pause between two passes over the status; watches hold their own", options, async (t) => {
  const { server, client } = await setUp(t);
  const width = 8;
  const ask = () => Promise.all(Array.from({ length: width }, () => client.request({ method: "GET", path })));
  await ask();
  const watching = client.stream({ method: "GET", path, query: { watch: true, resourceVersion: "0" }, idleMs: 60_000 });
  server.put("a");
  await watching[Symbol.asyncIterator]().next();
  assert.equal(server.connections(), width + 1);
  await sleep(5500);
  await ask();
  assert.equal(server.connections(), width + 1);
});

test("a body arrives as JSON with its content type, with and without a fence", options, async (t) => {
  const { server, client } = await setUp(t);
  const body = { text: "ä", list: [1] };
  const contentType = "application/apply-patch+yaml";
  let asked = 0;
  const fence = () => void (asked += 1);
  assert.deepEqual(await client.request({ method: "PATCH", path: `${path}/a`, body, contentType }), body);
  assert.deepEqual(await client.request({ method: "PATCH", path: `${path}/a`, body, contentType, fence }), body);
  assert.equal(asked, 1);
  assert.deepEqual(
    server.requests.map((request) => [request.body, request.contentType]),
    [
      [JSON.stringify(body), contentType],
      [JSON.stringify(body), contentType],
    ],
  );
});

test("what a fence throws stops the request before the server sees it", options, async (t) => {
  const { server, client } = await setUp(t);
  const fence = () => {
    throw new AppError("waiting", "not the leader");
  };
  const write = client.request({ method: "POST", path, body: {}, fence });
  await assert.rejects(write, { kind: "waiting", message: "not the leader" });
  await client.request({ method: "GET", path });
  assert.deepEqual(
    server.requests.map(({ method }) => method),
    ["GET"],
  );
});

test("a refusal is an ApiError with Retry-After", options, async (t) => {
  const { server, client } = await setUp(t);
  const body = { kind: "Status", message: "storage is (re)initializing", reason: "TooManyRequests" };
  server.order(() => true, { status: 429, headers: { "retry-after": "1" }, body });
  const refused = client.request({ method: "GET", path });
  await assert.rejects(refused, { status: 429, kind: "transient", reason: "TooManyRequests", retryAfterMs: 1000 });
});

test("a cut connection and a silent server are transient; a deadline ends the wait", options, async (t) => {
  const { server, client } = await setUp(t);
  server.order(() => true, "reset");
  await assert.rejects(client.request({ method: "GET", path }), { kind: "transient", status: 0 });
  server.order(() => true, "silence");
  await assert.rejects(client.request({ method: "GET", path, timeoutMs: 100 }), { kind: "transient", status: 0 });
  await client.request({ method: "GET", path });
});

test("the caller's own abort comes back as its reason", options, async (t) => {
  const { server, client } = await setUp(t);
  server.order(() => true, "silence");
  const abort = new AbortController();
  const request = client.request({ method: "GET", path, signal: abort.signal });
  setTimeout(() => abort.abort(new AppError("waiting", "over")), 50);
  await assert.rejects(request, { message: "over" });
});

test("an answer of a proxy that is no JSON is told as text", options, async (t) => {
  const { server, client } = await setUp(t);
  server.order(() => true, { status: 502, body: "bad gateway" });
  await assert.rejects(client.request({ method: "GET", path }), { message: "cannot list nodes: bad gateway" });
});

test("no connection, and a certificate nobody vouches for", options, async (t) => {
  const { server } = await setUp(t);
  const closed = createApiClient(kubeConfigOf("https://127.0.0.1:1"));
  await assert.rejects(closed.request({ method: "GET", path }), { kind: "transient", reason: "ECONNREFUSED" });
  const distrustful = createApiClient(kubeConfigOf(server.kubeConfig().getCurrentCluster()?.server ?? ""));
  await assert.rejects(distrustful.request({ method: "GET", path }), {
    kind: "invalid",
    message: /give the kubeconfig the certificate authority/,
  });
  await Promise.all([closed.close(), distrustful.close()]);
});

test("a stream gives lines as they come and ends with the server's end", options, async (t) => {
  const { server, client } = await setUp(t);
  server.put("a");
  const query = { watch: true, resourceVersion: "0" };
  const seen: unknown[] = [];
  for await (const line of client.stream({ method: "GET", path, query, idleMs: 60_000 })) {
    seen.push((line as { object: { metadata: { name: string } } }).object.metadata.name);
    if (seen.length === 1) server.put("b");
    else server.endWatches("end");
  }
  assert.deepEqual(seen, ["a", "b"]);
});

test("a stream that is left half way gives its connection up", options, async (t) => {
  const { server, client } = await setUp(t);
  server.put("a");
  const query = { watch: true, resourceVersion: "0" };
  for await (const line of client.stream({ method: "GET", path, query, idleMs: 60_000 })) {
    assert.ok(line);
    break;
  }
  while (server.watches() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});
