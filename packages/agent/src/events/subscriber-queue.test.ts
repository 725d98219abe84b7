import assert from "node:assert/strict";
import { test } from "node:test";
import { createSubscriberQueue, defaultQueueLimits, type OutgoingEvent } from "./subscriber-queue.ts";

const event = (id: string, key: string, bornMs = 0): OutgoingEvent => ({
  id,
  key,
  address: key,
  bornMs,
  body: () => id,
});

const ids = (events: readonly OutgoingEvent[]): string => events.map(({ id }) => id).join(" ");

test("createSubscriberQueue: in order while there is room; when full the oldest state that a newer one replaces goes", () => {
  const queue = createSubscriberQueue({ ...defaultQueueLimits, capacity: 3 });
  for (const each of [event("a1", "a"), event("b1", "b"), event("a2", "a")]) assert.deepEqual(queue.push(each), []);
  // b1 is replaced by b2; a1 is under way.
  assert.equal(ids(queue.push(event("b2", "b"))), "b1");
  assert.equal(ids(queue.push(event("a3", "a"))), "a2");
  assert.equal(ids(queue.push(event("c1", "c"))), "", "the last state of a thing never goes");
  const order: string[] = [];
  for (let head = queue.head(); head !== undefined; head = queue.head()) {
    order.push(head.id);
    queue.succeeded();
  }
  assert.deepEqual(order, ["a1", "b2", "a3", "c1"]);
});

test("createSubscriberQueue: what is older than its time goes only if a newer state waits", () => {
  const queue = createSubscriberQueue({ ...defaultQueueLimits, ttlMs: 100 });
  for (const each of [event("x", "x"), event("a1", "a"), event("b1", "b"), event("a2", "a")]) queue.push(each);
  assert.equal(ids(queue.expire(100)), "");
  assert.equal(ids(queue.expire(101)), "a1");
  assert.equal(queue.size(), 3);
});

test("createSubscriberQueue: retries back off up to a limit and start over after a success", () => {
  const queue = createSubscriberQueue({ ...defaultQueueLimits, firstRetryMs: 100, maxRetryMs: 500 });
  queue.push(event("a", "a"));
  queue.push(event("b", "b"));
  const delays = [1, 2, 3, 4, 5].map((nowMs) => queue.failed("unavailable", nowMs));
  assert.deepEqual(
    delays.map((after) => after.kind === "retry" && after.delayMs),
    [100, 200, 400, 500, 500],
  );
  queue.succeeded();
  assert.equal(queue.isFailing(), false);
  assert.deepEqual(queue.failed("unavailable", 6), { kind: "retry", delayMs: 100 });
});

test("createSubscriberQueue: ten failures without an answer remove, counted once per interval; any answer forgives", () => {
  const queue = createSubscriberQueue(defaultQueueLimits);
  queue.push(event("a", "a"));
  let nowMs = 0;
  const failUntil = (endMs: number): string => {
    for (; nowMs < endMs; nowMs += 1_000) {
      const { kind } = queue.failed("unreachable", nowMs);
      if (kind !== "retry") return kind;
    }
    return "retry";
  };
  assert.equal(failUntil(200_000), "retry");
  assert.equal(queue.failed("unavailable", nowMs).kind, "retry");
  assert.equal(queue.failures(), 0);
  assert.equal(failUntil(nowMs + 270_000), "retry");
  assert.equal(failUntil(nowMs + 1_000), "remove");
});

test("createSubscriberQueue: an event that is refused is not sent again", () => {
  const queue = createSubscriberQueue(defaultQueueLimits);
  queue.push(event("a", "a"));
  queue.push(event("b", "b"));
  assert.deepEqual(queue.failed("refused", 0), { kind: "dropped" });
  assert.equal(queue.head()?.id, "b");
});
