import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { openSmallProducer, type SmallProducer } from "../../../tools/conformance/testing/small-producer.ts";
import { startConsumer } from "./consumer-program.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function start(t: TestContext, producer: SmallProducer, more: readonly string[] = []) {
  const port = await freePort();
  const words = ["--node", producer.nodeName, "--producer", producer.origin.origin, "--port", String(port)];
  const consumer = startConsumer(t, [...words, "--check-seconds", "1", ...more]);
  return { consumer, endpoint: `http://localhost:${port}/event` };
}

test("it subscribes, tells states, and deletes its subscriptions alone at the end", async (t) => {
  const producer = await openSmallProducer();
  t.after(() => producer.close());
  const other = await start(t, producer, ["--resources", "/sync/ptp-status/lock-state", "--keep"]);
  await other.consumer.says(/all subscriptions are there/);
  const { consumer, endpoint } = await start(t, producer);
  await consumer.says(/lock-state: .*ens1fx\/master is FREERUN since/);
  await consumer.says(/gnss-sync-status: this node has none now/);
  await consumer.says(/all subscriptions are there/);
  producer.changeState("LOCKED");
  await consumer.says(/lock-state: .*ens1fx\/master is LOCKED since/);
  assert.equal(producer.subscriptions().filter(({ EndpointUri }) => EndpointUri === endpoint).length, 5);
  assert.equal(await consumer.end(), 0);
  assert.equal(await other.consumer.end(), 0);
  assert.deepEqual(
    producer.subscriptions().map(({ EndpointUri }) => EndpointUri),
    [other.endpoint],
    "the other consumer's stays, since it asked for that",
  );
});

test("it subscribes again when its subscriptions are lost", async (t) => {
  const producer = await openSmallProducer();
  t.after(() => producer.close());
  const { consumer, endpoint } = await start(t, producer);
  await consumer.says(/all subscriptions are there/);
  consumer.clear();
  producer.forget();
  await consumer.says(/lock-state: subscribed$/);
  await consumer.says(/gnss-sync-status: subscribed$/);
  assert.equal(producer.subscriptions().filter(({ EndpointUri }) => EndpointUri === endpoint).length, 5);
});

test("it waits for a producer that is away, and pulls what it missed", async (t) => {
  const producer = await openSmallProducer({ faults: ["no-retry"] });
  t.after(() => producer.close());
  producer.setHealth(503);
  const { consumer } = await start(t, producer);
  await consumer.says(/no events now: the producer is not healthy/);
  producer.setHealth(200);
  await consumer.says(/all subscriptions are there/);
  consumer.clear();
  // The push is lost: the producer forgets who subscribed while the state changes.
  const kept = producer.subscriptions();
  producer.forget();
  producer.changeState("LOCKED");
  producer.restore(kept);
  await consumer.says(/lock-state: .*ens1fx\/master is LOCKED since/);
});

test("a consumer that starts anew takes over what it had", async (t) => {
  const producer = await openSmallProducer();
  t.after(() => producer.close());
  const port = await freePort();
  const words = ["--node", producer.nodeName, "--producer", producer.origin.origin, "--port", String(port), "--keep"];
  const first = startConsumer(t, words);
  await first.says(/all subscriptions are there/);
  const before = producer.subscriptions();
  assert.equal(await first.end(), 0);
  const second = startConsumer(t, words);
  await second.says(/lock-state: .*ens1fx\/master is FREERUN since/);
  assert.deepEqual(producer.subscriptions(), before, "nothing was deleted, nothing made twice");
});

test("it says why it cannot subscribe", async (t) => {
  const producer = await openSmallProducer();
  t.after(() => producer.close());
  const { consumer } = await start(t, producer, ["--endpoint", "http://localhost:1/event"]);
  await consumer.says(/lock-state: not subscribed: the producer cannot reach the endpoint/);
  await consumer.says(/subscriptions are missing/);
});

test("told twice to end, it still deletes its subscriptions", async (t) => {
  const port = await freePort();
  const [asked, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const deleted: string[] = [];
  const mine = { ResourceAddress: "/cluster/node/w1/sync", EndpointUri: `http://localhost:${port}/event` };
  const server = createServer(({ method, url = "" }, response) => {
    if (method === "DELETE") {
      deleted.push(url.split("/").at(-1) ?? "");
      asked.resolve();
      void told.promise.then(() => response.writeHead(204).end());
    } else if (url.endsWith("/subscriptions"))
      response.end(
        JSON.stringify([
          { ...mine, SubscriptionId: "a" },
          { ...mine, SubscriptionId: "b" },
        ]),
      );
    else response.writeHead(url.endsWith("/health") ? 200 : 404).end();
  }).listen(0);
  await once(server, "listening");
  t.after(() => server.close());
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const words = ["--node", "w1", "--producer", origin, "--port", String(port), "--resources", "/sync"];
  const consumer = startConsumer(t, words);
  await consumer.says(/all subscriptions are there/);
  consumer.terminate();
  await asked.promise;
  const ended = consumer.end();
  setTimeout(told.resolve, 100);
  assert.equal(await ended, 0);
  assert.deepEqual(deleted, ["a", "b"]);
});
