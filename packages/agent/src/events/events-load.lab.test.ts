import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { storeDocument } from "./store-document.ts";
import { clientIdOf } from "./subscription.ts";
import { freePort, startEvents, testFolder, testNode, type EventsProcess } from "./testing/events-process.ts";
import { clockClass, lockState, syncState } from "./testing/values.ts";

const node = `/cluster/node/${testNode}`;
const lockAddress = `${node}/sync/ptp-status/lock-state`;

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    assert.ok(performance.now() < endMs, `${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A consumer that counts the events of each path; one that comes again is the same. */
async function countingConsumer(t: TestContext) {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const { url: path = "" } = request;
      const { id } = JSON.parse(text) as { id: string };
      if (!seen.has(`${path} ${id}`)) counts.set(path, (counts.get(path) ?? 0) + 1);
      seen.add(`${path} ${id}`);
      response.writeHead(204).end();
    });
  });
  return { port: await listening(t, server), counts };
}

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

test(
  "10,000 subscriptions: loaded, each told once, one more refused, memory bounded",
  { timeout: 240_000 },
  async (t) => {
    const consumer = await countingConsumer(t);
    const storePath = await testFolder(t);
    const count = 10_000;
    for (let at = 0; at < count; at += 100) {
      const files = Array.from({ length: 100 }, (_, index) => {
        const endpointUri = `http://127.0.0.1:${consumer.port}/${at + index}`;
        const subscription = { id: randomUUID(), resourceAddress: lockAddress, endpointUri, withDetails: false };
        const path = join(storePath, `${clientIdOf(endpointUri)}.json`);
        return writeFile(path, storeDocument(endpointUri, [subscription], "http://x"));
      });
      await Promise.all(files);
    }
    const events = await startEvents(t, { storePath });
    events.feed([lockState("LOCKED")]);
    await events.ready();
    await until("each is told its state", () => consumer.counts.size === count, 120_000);
    assert.ok([...consumer.counts.values()].every((each) => each === 1));
    const startMs = performance.now();
    events.feed([lockState("FREERUN")]);
    const isTold = (): boolean => [...consumer.counts.values()].every((each) => each === 2);
    await until("each is told the change", isTold, 120_000);
    const tookMs = performance.now() - startMs;
    const usedMb = await residentMb(events.pid());
    t.diagnostic(`one change to 10,000 subscribers: ${Math.round(tookMs)} ms; RSS ${Math.round(usedMb)} MB`);
    assert.ok(usedMb < 256, `${usedMb} MB`);
    const EndpointUri = `http://127.0.0.1:${consumer.port}/more`;
    assert.equal(
      (await events.call("POST", "/subscriptions", { EndpointUri, ResourceAddress: lockAddress })).status,
      503,
    );
    assert.equal((JSON.parse((await events.call("GET", "/subscriptions")).body) as unknown[]).length, count);
  },
);

/** A consumer that fails at random, with the oracle's notes of what it took. */
interface Flaky {
  readonly uri: string;
  /** State words by resource, in the order in which they came; an event that came again is noted once. */
  readonly taken: { readonly source: string; readonly value: string; readonly id: string }[];
  isGood: boolean;
}

async function flakyConsumer(t: TestContext, random: () => number): Promise<Flaky> {
  const flaky: Flaky = { uri: "", taken: [], isGood: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const dice = flaky.isGood ? 1 : random();
      if (dice < 0.05) return void request.socket.destroy();
      if (dice < 0.1) return void response.writeHead(503).end();
      const event: { id: string; source: string; data: { values: { value: string }[] } } = JSON.parse(
        Buffer.concat(chunks).toString(),
      );
      const { id, source } = event;
      if (flaky.taken.every((each) => each.id !== id)) {
        flaky.taken.push({ source, value: event.data.values[0]?.value ?? "", id });
      }
      // Taken, but the answer is lost.
      if (dice < 0.13) return void request.socket.destroy();
      response.writeHead(204).end();
    });
    request.on("error", () => undefined);
  });
  const port = await listening(t, server);
  return Object.assign(flaky, { uri: `http://127.0.0.1:${port}/event` });
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test(
  "2,000 changes, consumers that fail at random, kill -9 at random: all true at the end, nobody goes back",
  { timeout: 240_000 },
  async (t) => {
    const random = seeded(20_261_121);
    const consumers = await Promise.all(Array.from({ length: 12 }, () => flakyConsumer(t, random)));
    const place = { storePath: await testFolder(t), port: await freePort() };
    let events: EventsProcess = await startEvents(t, place);
    // The class counts up: an older one is a smaller one.
    let number = 0;
    const snapshot = () => [
      clockClass(number),
      lockState(number % 2 === 0 ? "LOCKED" : "FREERUN", number),
      syncState("LOCKED"),
    ];
    events.feed(snapshot());
    await events.ready();
    for (const consumer of consumers) {
      consumer.isGood = true;
      const body = { EndpointUri: consumer.uri, ResourceAddress: `${node}/sync/ptp-status` };
      assert.equal((await events.call("POST", "/subscriptions", body)).status, 201);
      consumer.isGood = false;
    }
    const kills = new Set([400, 900, 1_500]);
    while (number < 2_000) {
      number += 1;
      if (kills.has(number)) {
        await events.kill();
        events = await startEvents(t, place);
      }
      events.feed(snapshot());
      if (random() < 0.1) await new Promise((resolve) => setTimeout(resolve, random() * 40));
    }
    for (const consumer of consumers) consumer.isGood = true;
    const last = (consumer: Flaky, source: string) => consumer.taken.findLast((each) => each.source === source)?.value;
    const startMs = performance.now();
    const isTrue = (consumer: Flaky): boolean =>
      last(consumer, "/sync/ptp-status/clock-class") === "2000" &&
      last(consumer, "/sync/ptp-status/lock-state") === "LOCKED";
    await until("everybody knows the true state", () => consumers.every(isTrue));
    t.diagnostic(`all true ${Math.round(performance.now() - startMs)} ms after the last failure`);
    for (const { taken } of consumers) {
      const classes = taken.filter(({ source }) => source.endsWith("clock-class")).map(({ value }) => Number(value));
      assert.ok(
        classes.every((each, at) => at === 0 || each >= (classes[at - 1] ?? 0)),
        "an older state came later",
      );
    }
    assert.match(await events.metrics(), /^cne_api_subscriptions\{status="active"\} 12$/m);
  },
);
