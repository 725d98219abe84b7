import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { eventually } from "../process/testing/fixture.ts";
import { startConsumer, startEvents, testFolder, testNode, type EventsProcess } from "./testing/events-process.ts";
import { clockClass, lockState, syncState } from "./testing/values.ts";

const node = `/cluster/node/${testNode}`;
const lockAddress = `${node}/sync/ptp-status/lock-state`;

const subscribe = (events: EventsProcess, EndpointUri: string, ResourceAddress = lockAddress) =>
  events.call("POST", "/subscriptions", { EndpointUri, ResourceAddress });

async function readyEvents(...[t, options]: Parameters<typeof startEvents>): Promise<EventsProcess> {
  const events = await startEvents(t, options);
  events.feed([lockState("LOCKED"), syncState("LOCKED")]);
  await events.ready();
  return events;
}

test("before the state is known nobody can subscribe, and health says so", async (t) => {
  const [events, consumer] = [await startEvents(t), await startConsumer(t)];
  assert.equal((await events.call("GET", "/health")).status, 503);
  assert.equal((await subscribe(events, consumer.uri())).status, 404);
  assert.deepEqual(consumer.events, []);
});

test("routing: unknown paths, untidy ones, methods and queries", async (t) => {
  const events = await readyEvents(t);
  const root = "//api/ocloudNotifications/v2";
  const cases: readonly (readonly [method: string, path: string, status: number, location?: string])[] = [
    ["GET", "/", 404],
    ["GET", "/nothing", 404],
    ["GET", "//elsewhere", 404],
    ["GET", "/subscriptions/", 404],
    ["PUT", "/subscriptions", 405],
    ["PATCH", "/subscriptions/x", 405],
    ["HEAD", "/health", 405],
    ["GET", "/health?x=1", 200],
    ["POST", "/publishers", 405],
    ["DELETE", "/publishers", 405],
    ["DELETE", "/publishers/x", 405],
    ["POST", "/dummy2", 404],
    ["GET", "//api//ocloudNotifications/v2/health", 301, "/api/ocloudNotifications/v2/health"],
    ["GET", `${root}/./health`, 301, "/api/ocloudNotifications/v2/health"],
    ["GET", `${root}/x/../health`, 301, "/api/ocloudNotifications/v2/health"],
    ["POST", `${lockAddress}/CurrentState`, 405],
    ["GET", "/%zz/CurrentState", 400],
  ];
  for (const [method, path, status, location] of cases) {
    const answer = await events.call(method, path);
    assert.equal(answer.status, status, `${method} ${path}`);
    if (location !== undefined) assert.equal(answer.headers.location, location);
    if (status === 405) assert.equal(answer.body, "");
  }
  const missing = await events.call("GET", "/nothing");
  assert.equal(missing.body, "404 page not found\n");
  assert.equal(missing.headers["x-content-type-options"], "nosniff");
  assert.equal(missing.headers["content-type"], "text/plain; charset=utf-8");
});

test("bodies that cannot be used are refused, whatever is wrong with them", async (t) => {
  const [events, consumer] = [await readyEvents(t), await startConsumer(t)];
  const good = { EndpointUri: consumer.uri(), ResourceAddress: lockAddress };
  const text = JSON.stringify(good);
  const bodies: readonly (string | Uint8Array | object)[] = [
    "",
    "null",
    "[]",
    "7",
    text.slice(0, -1),
    `${text}x`,
    `\uFEFF${text}`,
    Buffer.from(text, "utf16le"),
    Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff]), Buffer.from('"}')]),
    { ...good, EndpointUri: 7 },
    { ...good, ResourceAddress: [lockAddress] },
    { ...good, SubscriptionId: 7 },
    { ...good, EndpointUri: "  " },
    { ...good, EndpointUri: "http://[::1" },
    { ...good, EndpointUri: `${consumer.uri()}\n/x` },
    { ...good, EndpointUri: `${consumer.uri()}/%zz` },
    { ...good, EndpointUri: "event" },
    { ...good, EndpointUri: "ftp://127.0.0.1/event" },
    { ...good, EndpointUri: `http://127.0.0.1/${"x".repeat(3_000)}` },
  ];
  for (const body of bodies) {
    const answer = await events.call("POST", "/subscriptions", body);
    assert.deepEqual(
      [answer.status, answer.body, answer.headers["content-type"]],
      [400, "", undefined],
      JSON.stringify(body),
    );
  }
  const large = await events.call("POST", "/subscriptions", JSON.stringify({ ...good, extra: "x".repeat(70_000) }));
  assert.equal(large.status, 413);
  const flood = await events.call("GET", "/health", undefined, { "x-flood": "x".repeat(20_000) });
  assert.equal(flood.status, 431);
  assert.deepEqual(consumer.events, []);
  assert.equal((await subscribe(events, ` ${consumer.uri()} `)).status, 201);
  assert.match(await events.metrics(), /cne_api_subscriptions\{status="failed to create"\} 19/);
});

test("the same subscription twice is 409, even at once; another address or endpoint is another", async (t) => {
  const [events, consumer] = [await readyEvents(t), await startConsumer(t)];
  const both = await Promise.all([subscribe(events, consumer.uri()), subscribe(events, consumer.uri())]);
  assert.deepEqual(
    both.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 409],
  );
  assert.equal((await subscribe(events, consumer.uri())).body, "");
  assert.equal((await subscribe(events, consumer.uri("other"))).status, 201);
  assert.equal((await subscribe(events, consumer.uri(), `${node}/sync`)).status, 201);
});

test("a first notification that is not answered with 204 is no subscription", async (t) => {
  const [events, consumer] = [await readyEvents(t), await startConsumer(t)];
  for (const status of [200, 202, 302, 400, 404, 500, 503]) {
    consumer.answer(status);
    assert.equal((await subscribe(events, consumer.uri())).status, 400, String(status));
  }
  assert.equal((await events.call("GET", "/subscriptions")).body, "[]");
});

test("subtrees and wildcards: each event comes once, and only while somebody wants it", async (t) => {
  const [events, consumer] = [await readyEvents(t), await startConsumer(t)];
  const made = await subscribe(events, consumer.uri(), `${node}/sync/ptp-status`);
  assert.equal(made.status, 201);
  assert.deepEqual(
    (await consumer.take(2)).map(({ document }) => document.source),
    ["/sync/ptp-status/clock-class", "/sync/ptp-status/lock-state"],
  );
  assert.equal((await subscribe(events, consumer.uri(), "/cluster/node/./sync/ptp-status/lock-state")).status, 201);
  await consumer.take(1);
  events.feed([lockState("HOLDOVER", 7), syncState("HOLDOVER"), clockClass(7)]);
  assert.deepEqual(
    (await consumer.take(2)).map(({ document: { source, data } }) => [source, data.values[0]?.value]),
    [
      ["/sync/ptp-status/lock-state", "HOLDOVER"],
      ["/sync/ptp-status/clock-class", "7"],
    ],
  );
  const { SubscriptionId } = JSON.parse(made.body) as { SubscriptionId: string };
  assert.equal((await events.call("DELETE", `/subscriptions/${SubscriptionId}`)).status, 204);
  events.feed([lockState("LOCKED", 7), syncState("LOCKED"), clockClass(6)]);
  const [last] = await consumer.take(1);
  assert.equal(last?.document.source, "/sync/ptp-status/lock-state");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(consumer.events, []);
});

test("CurrentState: the time of the change, the old shape, since and cause, several resources at once", async (t) => {
  const events = await readyEvents(t);
  events.feed([lockState("LOCKED", -0.4), clockClass(6), syncState("LOCKED")], 1_600_000_000_000);
  const current = async (address: string, query = "") => {
    const answer = await events.call("GET", `${address}/CurrentState${query}`);
    assert.equal(answer.status, 200, address);
    assert.equal(answer.headers["content-type"], "application/json");
    return JSON.parse(answer.body) as {
      time: string;
      data: { values: { ResourceAddress: string; value: string }[]; details?: object[] };
    };
  };
  const lock = await current(lockAddress);
  assert.equal(lock.time, "2023-11-14T22:13:20Z");
  assert.deepEqual(
    lock.data.values.map(({ value }) => value),
    ["LOCKED", "0"],
  );
  for (const address of ["/cluster/node/./sync/ptp-status/lock-state", "/././sync/ptp-status/lock-state"]) {
    assert.deepEqual((await current(address)).data, lock.data);
  }
  const classAddress = `${node}/sync/ptp-status/clock-class`;
  assert.equal((await current(classAddress)).data.values[0]?.ResourceAddress, `${node}/ens1fx/master`);
  const legacy = await current(classAddress, "?shape=legacy");
  assert.equal(legacy.data.values[0]?.ResourceAddress, `${node}/ens1fx/master/CLOCK_CLASS`);
  assert.ok(Date.parse(legacy.time) > 1_600_000_100_000);
  assert.equal((await current(lockAddress, "?details=true")).data.details?.length, 1);
  const all = await events.call("GET", `${node}/sync/CurrentState`);
  assert.deepEqual(
    (JSON.parse(all.body) as { source: string }[]).map(({ source }) => source),
    ["/sync/sync-status/sync-state", "/sync/ptp-status/clock-class", "/sync/ptp-status/lock-state"],
  );
  for (const address of [
    "/cluster/node/other/sync/ptp-status/lock-state",
    `${node}/sync/gnss-status/gnss-sync-status`,
  ]) {
    assert.equal((await events.call("GET", `${address}/CurrentState`)).status, 404);
  }
});

test("since and cause are pushed to who asked for them when subscribing, and after a restart too", async (t) => {
  const [events, consumer] = [await readyEvents(t), await startConsumer(t)];
  const body = { EndpointUri: consumer.uri(), ResourceAddress: lockAddress };
  await events.call("POST", "/subscriptions", body, { "PTP-Event-Details": "true" });
  await events.call("POST", "/subscriptions", { ...body, EndpointUri: consumer.uri("plain") });
  const told = (await consumer.take(2)).map(({ path, text }) => [path, text.includes('"as the test says"')]);
  assert.deepEqual(told, [
    ["/event", true],
    ["/plain", false],
  ]);
  await events.kill();
  const again = await readyEvents(t, { storePath: events.storePath });
  assert.ok(again.pid() > 0);
  const after = (await consumer.take(2)).map(({ path, text }) => [path, text.includes('"as the test says"')]);
  assert.deepEqual(
    after.toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    [
      ["/event", true],
      ["/plain", false],
    ],
  );
});

test("where events may not go: other schemes, this process, this host, link-local, redirects", async (t) => {
  const [events, consumer] = [await readyEvents(t), await startConsumer(t)];
  const status = async (uri: string) => (await subscribe(events, uri)).status;
  assert.equal(await status(`http://127.0.0.1:${events.port}/api/ocloudNotifications/v2/subscriptions`), 400);
  assert.equal(await status(`http://localhost:${events.port}/`), 400);
  const says = (what: RegExp) => eventually(String(what), () => what.test(events.output()));
  await says(new RegExp(`port ${events.port} of .* is one of this agent`));
  assert.equal(await status("http://169.254.169.254/latest/meta-data"), 400);
  await says(/169\.254\.169\.254 is a link-local/);
  assert.equal(await status("http://[::ffff:169.254.169.254]/"), 400);
  const redirecting = createServer((_, response) => response.writeHead(307, { location: consumer.uri() }).end());
  redirecting.listen(0, "127.0.0.1");
  await once(redirecting, "listening");
  t.after(() => redirecting.close());
  const address = redirecting.address();
  assert.equal(await status(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`), 400);
  assert.deepEqual(consumer.events, []);
  // Names are judged by what they resolve to.
  assert.equal(await status(`http://localhost:${consumer.port}/event`), 201);
  assert.equal(consumer.events.length, 1);
});

test("slow connections are closed, and delay nobody", async (t) => {
  const events = await readyEvents(t);
  const sockets: Socket[] = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  for (let count = 0; count < 300; count++) {
    const socket = connect(events.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(count % 2 === 0 ? "GET /api/ocloudNotifications/v2/health HTTP/1.1\r\nHost:" : "");
    sockets.push(socket);
  }
  const tookMs: number[] = [];
  for (const socket of sockets) socket.resume();
  const startMs = performance.now();
  while (sockets.some(({ closed }) => !closed)) {
    const askedMs = performance.now();
    assert.equal((await events.call("GET", "/health")).status, 200);
    tookMs.push(performance.now() - askedMs);
    assert.ok(performance.now() - startMs < 60_000, "connections stay open");
  }
  // A machine that stands still delays single answers; connections that delay others would delay them all.
  const slow = tookMs.filter((ms) => ms >= 1_000);
  assert.ok(slow.length <= Math.max(1, tookMs.length / 50), `${slow.length} of ${tookMs.length} took a second`);
});

test("lines of the feed that cannot be used are counted and change nothing", async (t) => {
  const events = await readyEvents(t);
  for (const text of ["{}\n", "x\n", `${"x".repeat(2_000_000)}\n`, '{"version":2,"type":"snapshot"}\n'])
    events.feedText(text);
  events.feed([lockState("FREERUN")]);
  const current = async () => (await events.call("GET", `${lockAddress}/CurrentState`)).body;
  const endMs = performance.now() + 60_000;
  while (!(await current()).includes("FREERUN")) assert.ok(performance.now() < endMs);
  assert.match(await events.metrics(), /^ptp_events_feed_refused_total 4$/m);
});

test("only who made a subscription may delete it, where that is asked for", async (t) => {
  const [events, consumer] = [await readyEvents(t, { flags: ["--event-own-mutations"] }), await startConsumer(t)];
  const { body } = await subscribe(events, consumer.uri());
  const { SubscriptionId } = JSON.parse(body) as { SubscriptionId: string };
  const stored = await readFile(`${events.storePath}/${await storeFile(events)}`, "utf8");
  assert.match(stored, /"Owner": "address 127\.0\.0\.1"/);
  assert.equal((await events.call("DELETE", `/subscriptions/${SubscriptionId}`)).status, 204);
});

async function storeFile({ storePath }: EventsProcess): Promise<string> {
  return (await readdir(storePath)).find((name) => name.endsWith(".json")) ?? "";
}

test("SIGTERM ends the process with 0; a store that cannot be written is 404, and the process goes on", async (t) => {
  const folder = await testFolder(t);
  const [events, consumer] = [await readyEvents(t, { storePath: folder }), await startConsumer(t)];
  await rm(folder, { recursive: true });
  assert.equal((await subscribe(events, consumer.uri())).status, 404);
  assert.equal((await events.call("GET", "/subscriptions")).body, "[]");
  await events.kill("SIGTERM");
});

test("UriLocation has the name of the Service that a request came by, and no other name that a client makes up", async (t) => {
  const [events, consumer] = [await readyEvents(t), await startConsumer(t)];
  await subscribe(events, consumer.uri());
  const locationBy = async (host: string, process = events): Promise<string> => {
    const list = await process.call("GET", "/subscriptions", undefined, { host });
    return (JSON.parse(list.body) as { UriLocation: string }[])[0]?.UriLocation.replace(/\/api.*/, "") ?? "";
  };
  const short = `http://ptp-event-publisher-service-node1.openshift-ptp.svc.cluster.local:${events.port}`;
  const hashed = "ptp-event-publisher-service-node1-0a1b2c3d.ptp.svc.cluster.local:9043";
  assert.equal(await locationBy(hashed), `http://${hashed}`);
  for (const host of [
    "10.0.0.1:9043",
    "evil.example.com",
    "ptp-event-publisher-service-x",
    `a.${hashed}`,
    `${hashed}/x`,
  ]) {
    assert.equal(await locationBy(host), short, host);
  }
  const given = await readyEvents(t, { flags: ["--transport-host", "http://NODE_NAME.example.com"] });
  await subscribe(given, consumer.uri("given"));
  assert.equal(await locationBy(hashed, given), `http://node1.example.com:${given.port}`);
});
