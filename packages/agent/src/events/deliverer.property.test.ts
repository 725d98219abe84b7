import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createDeliverer, type PostResult } from "./deliverer.ts";
import { defaultQueueLimits, type OutgoingEvent } from "./subscriber-queue.ts";
import { virtualTime } from "./testing/virtual-time.ts";

/** What a subscriber does with a request at some time. */
type Mood = "good" | "hangs" | "refused" | "unavailable" | "lost-answer";

const timeoutMs = 2_000;
const latencyMs = 5;

const moods = fc.array(
  fc.record({
    forMs: fc.integer({ min: 50, max: 8_000 }),
    mood: fc.constantFrom<Mood>("good", "good", "hangs", "refused", "unavailable", "lost-answer"),
  }),
  { maxLength: 8 },
);

const story = fc.record({
  subscribers: fc.array(moods, { minLength: 1, maxLength: 5 }),
  changes: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 1_500 }), thing: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 1,
    maxLength: 60,
  }),
  capacity: fc.integer({ min: 1, max: 20 }),
});

interface Seen {
  readonly thing: string;
  readonly sequence: number;
}

test("createDeliverer: ends in the true state, never goes back, loses nothing without telling, delays nobody", async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ subscribers, changes, capacity }) => {
      const time = virtualTime();
      const seen = subscribers.map((): Seen[] => []);
      const counted = subscribers.map(() => ({ dropped: new Set<string>(), dead: false }));
      const latest = new Map<string, number>();
      const moodAt = (index: number): Mood => {
        let endMs = 0;
        for (const { forMs, mood } of subscribers[index] ?? []) if (time.nowMs() < (endMs += forMs)) return mood;
        return "good";
      };
      const after = (delayMs: number, result: PostResult) =>
        new Promise<PostResult>((resolve) => time.later(delayMs, () => resolve(result)));
      const deliverer = createDeliverer({
        limits: { ...defaultQueueLimits, capacity },
        nowMs: time.nowMs,
        later: time.later,
        post: (uri, body) => {
          const mood = moodAt(Number(uri));
          if (mood === "refused") return after(1, { kind: "unreachable", detail: "" });
          if (mood === "hangs") return after(timeoutMs, { kind: "unreachable", detail: "" });
          if (mood === "unavailable") return after(latencyMs, { kind: "unavailable", detail: "" });
          const event: Seen = JSON.parse(body);
          seen[Number(uri)]?.push(event);
          if (mood === "lost-answer") return after(timeoutMs, { kind: "unreachable", detail: "" });
          return after(latencyMs, { kind: "delivered" });
        },
        listener: {
          onAttempt: () => undefined,
          onDelivered: () => undefined,
          onRetry: () => undefined,
          onTrouble: () => undefined,
          onReached: () => undefined,
          onDrop: (uri, events) => events.forEach(({ id }) => counted[Number(uri)]?.dropped.add(id)),
          onDead: (uri) => void Object.assign(counted[Number(uri)] ?? {}, { dead: true }),
        },
      });
      let sequence = 0;
      const born = new Map<number, number>();
      for (const { afterMs, thing } of changes) {
        await time.runUntil(time.nowMs() + afterMs);
        sequence += 1;
        const [key, text] = [`thing ${thing}`, JSON.stringify({ thing: `thing ${thing}`, sequence })];
        latest.set(key, sequence);
        born.set(sequence, time.nowMs());
        const event: OutgoingEvent = {
          id: String(sequence),
          key,
          address: key,
          bornMs: time.nowMs(),
          body: () => text,
        };
        subscribers.forEach((_, index) => deliverer.send(String(index), event));
      }
      const lastTrouble = Math.max(
        time.nowMs(),
        ...subscribers.map((phases) => phases.reduce((sum, { forMs }) => sum + forMs, 0)),
      );
      await time.runUntil(lastTrouble + 5_000);
      subscribers.forEach((_, index) => {
        const got = seen[index] ?? [];
        assert.equal(counted[index]?.dead, false);
        for (const [thing, newest] of latest) {
          assert.equal(got.findLast((each) => each.thing === thing)?.sequence, newest, `${thing} is stale`);
        }
        assert.ok(
          got.every((each, at) => at === 0 || each.sequence >= (got[at - 1]?.sequence ?? 0)),
          "an older state came after a newer one",
        );
        const known = new Set(got.map((each) => String(each.sequence)));
        for (let each = 1; each <= sequence; each++) {
          assert.ok(known.has(String(each)) || counted[index]?.dropped.has(String(each)), `${each} vanished`);
        }
      });
    }),
    { numRuns: 150 },
  );
});

test("createDeliverer: subscribers that hang or refuse do not delay a healthy one by a millisecond", async () => {
  const time = virtualTime();
  const arrivals: number[] = [];
  const deliverer = createDeliverer({
    limits: defaultQueueLimits,
    nowMs: time.nowMs,
    later: time.later,
    post: (uri) =>
      new Promise((resolve) => {
        if (uri === "healthy") {
          arrivals.push(time.nowMs());
          time.later(1, () => resolve({ kind: "delivered" }));
        } else time.later(uri.startsWith("hangs") ? timeoutMs : 0, () => resolve({ kind: "unreachable", detail: "" }));
      }),
    listener: {
      onAttempt: () => undefined,
      onDelivered: () => undefined,
      onRetry: () => undefined,
      onTrouble: () => undefined,
      onReached: () => undefined,
      onDrop: () => undefined,
      onDead: () => undefined,
    },
    slots: { healthy: 8, failing: 3 },
  });
  const sent: number[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const event = { id: String(turn), key: "k", address: "k", bornMs: time.nowMs(), body: () => "" };
    for (const uri of ["hangs 1", "hangs 2", "refuses", "healthy"]) deliverer.send(uri, event);
    sent.push(time.nowMs());
    await time.runUntil(time.nowMs() + 1_000);
  }
  assert.deepEqual(arrivals, sent);
  assert.equal(deliverer.depth().failing, 3);
});

test("createDeliverer: the dead are removed with what waits for them, and nothing is sent to them any more", async () => {
  const time = virtualTime();
  const dead: string[] = [];
  const drops: string[] = [];
  let attempts = 0;
  const deliverer = createDeliverer({
    limits: defaultQueueLimits,
    nowMs: time.nowMs,
    later: time.later,
    post: () => {
      attempts += 1;
      return Promise.resolve({ kind: "unreachable", detail: "connection refused" });
    },
    listener: {
      onAttempt: () => undefined,
      onDelivered: () => undefined,
      onRetry: () => undefined,
      onTrouble: () => undefined,
      onReached: () => undefined,
      onDrop: (_, events, reason) => void drops.push(`${events.map(({ id }) => id).join(",")} ${reason}`),
      onDead: (uri, detail) => void dead.push(`${uri}: ${detail}`),
    },
  });
  deliverer.send("x", { id: "1", key: "k", address: "k", bornMs: 0, body: () => "" });
  await time.runUntil(269_000);
  assert.deepEqual(dead, []);
  await time.runUntil(275_000);
  assert.deepEqual([dead, drops], [["x: connection refused"], ["1 removed"]]);
  const before = attempts;
  await time.runUntil(400_000);
  assert.equal(attempts, before);
  assert.equal(deliverer.depth().subscribers, 0);
});
