import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { captureLogger, createRegistry } from "@ptp/kit";
import type { EventValue } from "@ptp/truth";
import { createDeliverer, type PostResult } from "./deliverer.ts";
import { createDeliveryListener } from "./delivery-listener.ts";
import { createEventBoard } from "./event-board.ts";
import { createEventService, type SubscribeOutcome } from "./event-service.ts";
import { createEventsMetrics } from "./events-metrics.ts";
import { postTimeoutMs } from "./post-event.ts";
import { defaultQueueLimits } from "./subscriber-queue.ts";
import { createSubscriptionBook } from "./subscription-book.ts";
import type { SubscriptionStore } from "./subscription-store.ts";
import { lockState, syncState } from "./testing/values.ts";
import { virtualTime } from "./testing/virtual-time.ts";

const nodeName = "w1";
const endpointUri = "http://consumer/event";
const lockAddress = "/cluster/node/w1/sync/ptp-status/lock-state";
const syncAddress = "/cluster/node/w1/sync/sync-status/sync-state";

/** What an endpoint does with an event: takes it after a while, or does not answer for as long. */
interface Answer {
  readonly afterMs: number;
  readonly kind: PostResult["kind"];
}

/** A service in a world with a clock of its own, with one endpoint that all events go to. */
function world({ save = () => Promise.resolve() }: Partial<SubscriptionStore> = {}, maxSubscriptions = 10) {
  const time = virtualTime();
  const told: { readonly states: string; readonly hasDetails: boolean; readonly offset?: number }[] = [];
  const lines: string[] = [];
  let answer: Answer = { afterMs: 1, kind: "delivered" };
  const post = async (_: string, body: string, timeoutMs = postTimeoutMs): Promise<PostResult> => {
    const { afterMs, kind } = answer;
    await new Promise<void>((resolve) => time.later(Math.min(afterMs, timeoutMs), resolve));
    if (kind !== "delivered") return { kind, detail: "as the test says" };
    const { data } = JSON.parse(body) as {
      data: { values: { ResourceAddress: string; value: string }[]; details?: object[] };
    };
    const states = data.values.flatMap(({ value }) => (/^[A-Z]+$/.test(value) ? [value] : [])).join(" ");
    // A placeholder has a number, too, which is none.
    const measured = data.values.filter(({ ResourceAddress: address }) => address.endsWith("/ens1fx/master"));
    const [offset] = measured.flatMap(({ value }) => (/^\d+$/.test(value) ? [Number(value)] : []));
    told.push({ states, hasDetails: data.details !== undefined, ...(offset !== undefined && { offset }) });
    return { kind };
  };
  const log = captureLogger((_, message, fields) => void lines.push(`${message} ${String(fields["endpoint"])}`));
  const registry = createRegistry();
  const [book, board] = [createSubscriptionBook(nodeName), createEventBoard()];
  const store: SubscriptionStore = { load: () => Promise.resolve([]), save };
  const gauges = { subscriptions: () => book.size(), depth: () => deliverer.depth() };
  const metrics = createEventsMetrics(registry, nodeName, gauges);
  const { nowMs, later } = time;
  const listener = createDeliveryListener({ book, store, metrics, nowMs, log });
  const deliverer = createDeliverer({ limits: defaultQueueLimits, post, nowMs, later, listener });
  const kept = { board, book, store, deliverer, post, metrics, nowMs, log };
  const service = createEventService({ nodeName, maxSubscriptions, ...kept, nowUnixMs: nowMs });
  const feed = (...values: readonly EventValue[]): void =>
    service.take({ type: "snapshot", atUnixMs: nowMs(), values });
  const subscribe = (resourceAddress: string, withDetails = false): Promise<SubscribeOutcome> =>
    service.subscribe({ resourceAddress, endpointUri, withDetails }, "10.0.0.1");
  const pass = (ms: number): Promise<void> => time.runUntil(time.nowMs() + ms);
  return {
    service,
    deliverer,
    book,
    told,
    lines,
    feed,
    subscribe,
    pass,
    answer: (next: Answer) => void (answer = next),
    /** Subscribes, with the time that it takes; its id. */
    subscribed: async (address: string, withDetails = false): Promise<string> => {
      const asked = subscribe(address, withDetails);
      await pass(10);
      const outcome = await asked;
      assert.ok(outcome.status === 201);
      return outcome.subscription.id;
    },
    drops: async (reason: string): Promise<number> => {
      const page = await registry.metrics();
      return Number(new RegExp(`ptp_events_dropped_total\\{reason="${reason}"\\} (\\d+)`).exec(page)?.[1]);
    },
  };
}

test("since and cause go with the events of subscriptions that asked for them, and with no other of the endpoint", async () => {
  const { feed, subscribed, pass, answer, told } = world();
  feed(lockState("LOCKED"), syncState("LOCKED"));
  await subscribed(lockAddress, true);
  await subscribed(syncAddress);
  told.length = 0;
  answer({ afterMs: 1, kind: "unavailable" });
  feed(lockState("FREERUN"), syncState("FREERUN"));
  await pass(50);
  answer({ afterMs: 1, kind: "delivered" });
  await pass(2_000);
  assert.deepEqual(
    told.map(({ states, hasDetails }) => [states, hasDetails]),
    [
      ["FREERUN", true],
      ["FREERUN", false],
    ],
  );
});

test("who subscribes to more while events wait is told no older state after the newer one", async () => {
  const { feed, subscribed, pass, answer, told, drops } = world();
  feed(lockState("LOCKED"));
  await subscribed(lockAddress);
  answer({ afterMs: 1, kind: "unavailable" });
  feed(lockState("HOLDOVER"));
  feed(lockState("FREERUN"));
  await pass(3_000);
  answer({ afterMs: 1, kind: "delivered" });
  await subscribed("/cluster/node/w1/sync/ptp-status");
  await pass(5_000);
  assert.deepEqual(
    told.map(({ states }) => states).filter((states) => states !== ""),
    ["LOCKED", "FREERUN"],
  );
  assert.equal(await drops("coalesced"), 2);
});

test("who subscribes to more while an event is under way gets it before the state of now", async () => {
  const { feed, subscribed, subscribe, pass, answer, told } = world();
  feed(lockState("LOCKED"));
  await subscribed(lockAddress);
  answer({ afterMs: 1_000, kind: "delivered" });
  feed(lockState("HOLDOVER"));
  await pass(10);
  answer({ afterMs: 1, kind: "delivered" });
  feed(lockState("FREERUN"));
  const asked = subscribe("/cluster/node/w1/sync/ptp-status");
  await pass(3_000);
  assert.equal((await asked).status, 201);
  assert.deepEqual(
    told.map(({ states }) => states).filter((states) => states !== ""),
    ["LOCKED", "HOLDOVER", "FREERUN"],
  );
});

test("what is under way when its subscription goes is not tried again, and counted", async () => {
  const { feed, service, subscribed, pass, answer, told, drops, deliverer } = world();
  feed(lockState("LOCKED"), syncState("LOCKED"));
  const id = await subscribed(lockAddress);
  await subscribed(syncAddress);
  told.length = 0;
  answer({ afterMs: 1_000, kind: "unreachable" });
  feed(lockState("FREERUN"), syncState("LOCKED"));
  await pass(10);
  assert.equal(await service.unsubscribe(id), true);
  await pass(1_500);
  answer({ afterMs: 1, kind: "delivered" });
  await pass(5_000);
  assert.deepEqual(told, []);
  assert.equal(await drops("unsubscribed"), 1);
  assert.equal(deliverer.depth().waiting, 0);
});

test("an event under way at a deletion comes before the state that a new subscription is answered with", async () => {
  const { feed, service, subscribed, subscribe, pass, answer, told, deliverer } = world();
  feed(lockState("LOCKED"));
  const id = await subscribed(lockAddress);
  answer({ afterMs: 1_000, kind: "delivered" });
  feed(lockState("HOLDOVER"));
  await pass(10);
  answer({ afterMs: 1, kind: "delivered" });
  feed(lockState("FREERUN"));
  await service.unsubscribe(id);
  const asked = subscribe(lockAddress);
  await pass(3_000);
  assert.equal((await asked).status, 201);
  assert.deepEqual(
    told.map(({ states }) => states),
    ["LOCKED", "HOLDOVER", "FREERUN"],
  );
  assert.equal(deliverer.depth().waiting, 0);
});

test("a subscriber that hangs makes its own next subscription fail in time, and nothing waits for it", async () => {
  const { feed, subscribed, subscribe, pass, answer } = world();
  feed(lockState("LOCKED"), syncState("LOCKED"));
  await subscribed(lockAddress);
  answer({ afterMs: 2_000, kind: "unreachable" });
  feed(lockState("FREERUN"), syncState("LOCKED"));
  await pass(10);
  let status: number | undefined;
  void subscribe(syncAddress).then((outcome) => (status = outcome.status));
  await pass(2_100);
  assert.equal(status, 400);
});

test("a subscription that is deleted while it is stored is told nothing more", async () => {
  const saves: (() => void)[] = [];
  const save = (): Promise<void> => new Promise((resolve) => saves.push(resolve));
  const { feed, service, subscribe, pass, told, deliverer, book } = world({ save });
  feed(lockState("LOCKED"));
  const asked = subscribe(lockAddress);
  await pass(0);
  feed(lockState("FREERUN"));
  await pass(10);
  const deleted = service.unsubscribe(book.list()[0]?.id ?? "");
  for (const stored of saves) stored();
  await pass(10);
  assert.deepEqual([(await asked).status, await deleted], [201, true]);
  assert.deepEqual(
    told.map(({ states }) => states),
    ["LOCKED"],
  );
  assert.equal(deliverer.depth().subscribers, 0);
});

test("a subscriber that left in trouble leaves nothing behind: trouble with it is told anew", async () => {
  const { feed, service, subscribed, pass, answer, lines, deliverer } = world();
  for (const state of ["FREERUN", "HOLDOVER"] as const) {
    answer({ afterMs: 1, kind: "delivered" });
    feed(lockState("LOCKED"));
    const id = await subscribed(lockAddress);
    answer({ afterMs: 1, kind: "refused" });
    feed(lockState(state));
    await pass(100);
    await service.unsubscribe(id);
    await pass(100);
    assert.equal(deliverer.depth().subscribers, 0);
  }
  assert.equal(lines.filter((line) => line.startsWith("events do not reach a subscriber")).length, 2);
});

test("one address cannot take the places of all with endpoints that hang", async () => {
  const { feed, service, pass, answer } = world({}, 1_000);
  feed(lockState("LOCKED"));
  answer({ afterMs: 2_000, kind: "delivered" });
  const ask = (asker: string, number: number) =>
    service.subscribe({ resourceAddress: lockAddress, endpointUri: `http://c/${number}`, withDetails: false }, asker);
  const greedy = Array.from({ length: 100 }, (_, number) => ask("10.0.0.1", number));
  const other = ask("10.0.0.2", 1_000);
  await pass(2_100);
  const statuses = (await Promise.all(greedy)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 503).length, 36);
  assert.equal((await other).status, 201);
});

test("a password in an EndpointUri is not logged", async () => {
  const { feed, service, pass, answer, lines } = world();
  feed(lockState("LOCKED"));
  const application = {
    resourceAddress: lockAddress,
    endpointUri: "http://me:secret@consumer/event",
    withDetails: false,
  };
  const asked = service.subscribe(application, "10.0.0.1");
  await pass(10);
  assert.equal((await asked).status, 201);
  answer({ afterMs: 1, kind: "refused" });
  feed(lockState("FREERUN"));
  await pass(100);
  assert.ok(lines.some((line) => line.includes("http://…@consumer/event")));
  assert.ok(!lines.some((line) => line.includes("secret")), lines.join("\n"));
});

const addresses = [lockAddress, "/cluster/node/w1/sync/ptp-status", "/cluster/node/./sync/ptp-status/lock-state"];

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 1_500 }),
  what: fc.constantFrom("change", "change", "change", "subscribe", "unsubscribe"),
  which: fc.integer({ min: 0, max: addresses.length - 1 }),
  answer: fc.option(
    fc.record({
      afterMs: fc.constantFrom(1, 400, 2_000),
      kind: fc.constantFrom<PostResult["kind"]>("delivered", "delivered", "unavailable", "unreachable"),
    }),
  ),
});

test("whatever is subscribed to and deleted meanwhile: never an older state after a newer one, the true one at the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { feed, service, subscribe, pass, answer, told, book } = world();
      let sequence = 0;
      feed(lockState("LOCKED", sequence));
      for (const { afterMs, what, which, answer: next } of steps) {
        if (next !== null) answer(next);
        if (what === "change") feed(lockState(++sequence % 2 === 0 ? "LOCKED" : "FREERUN", sequence));
        if (what === "subscribe") void subscribe(addresses[which] ?? "");
        if (what === "unsubscribe") await service.unsubscribe(book.list()[which]?.id ?? "");
        await pass(afterMs);
      }
      answer({ afterMs: 1, kind: "delivered" });
      await pass(7_000);
      const seen = told.flatMap(({ offset }) => offset ?? []);
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => a - b),
      );
      // The same state as another change gave: before a subscription is made nobody counts them.
      if (book.size() > 0) assert.equal((seen.at(-1) ?? -1) % 2, sequence % 2);
    }),
    { numRuns: 300 },
  );
});
