import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createWorkQueue, type QueueHooks } from "./work-queue.ts";

function setUp(hooks: QueueHooks = {}) {
  const clock = createVirtualClock(1000);
  const queue = createWorkQueue({ clock, hooks, rateLimiter: createRateLimiter({ baseMs: 10, maxMs: 35 }) });
  return { clock, queue };
}

test("who waits gets the next key", async () => {
  const { queue } = setUp();
  const [first, second] = [queue.take(), queue.take()];
  queue.add("a");
  queue.add("b");
  assert.deepEqual([(await first)?.key, (await second)?.key], ["a", "b"]);
});

test("a delayed key comes at its time, an earlier add brings it forward", async () => {
  const { clock, queue } = setUp();
  let takenAt = 0;
  void queue.take().then(() => (takenAt = clock.now()));
  queue.add("a", { afterMs: 100 });
  await clock.advance(39);
  assert.equal(takenAt, 0);
  queue.add("a", { afterMs: 10 });
  await clock.advance(100);
  assert.equal(takenAt, 1049);
});

test("failures wait twice as long each, up to the limit, until forgotten", async () => {
  const { clock, queue } = setUp();
  const waits: number[] = [];
  queue.add("a");
  for (let round = 0; round < 5; round += 1) {
    const taken = await queue.take();
    assert.equal(taken?.key, "a");
    if (round === 3) queue.forget("a");
    const start = clock.now();
    queue.add("a", { rateLimited: true });
    queue.done("a");
    const again = queue.take().then(() => clock.now());
    await clock.advance(50);
    waits.push((await again) - start);
    queue.done("a");
    queue.add("a");
  }
  assert.deepEqual(waits, [10, 20, 35, 10, 20]);
  assert.equal(queue.failures("a"), 2);
});

test("with a delay and a rate limit the earlier counts", async () => {
  const { clock, queue } = setUp();
  queue.add("a", { afterMs: 3, rateLimited: true });
  let takenAt = 0;
  void queue.take().then(() => (takenAt = clock.now()));
  await clock.advance(20);
  assert.equal(takenAt, 1003);
});

test("an abort ends a wait and loses no key", async () => {
  const { queue } = setUp();
  const abort = new AbortController();
  const waiting = queue.take(abort.signal);
  abort.abort();
  assert.equal(await waiting, undefined);
  queue.add("a");
  assert.equal((await queue.take())?.key, "a");
  assert.equal(await queue.take(abort.signal), undefined);
});

test("shutting down hands nothing out and waits for what is being worked on", async () => {
  const { queue } = setUp();
  for (const key of ["a", "b", "c"]) queue.add(key);
  await queue.take();
  await queue.take();
  const waiting = queue.take();
  assert.equal((await waiting)?.key, "c");
  const blocked = queue.take();
  let isDown = false;
  const down = queue.shutDown().then(() => (isDown = true));
  assert.equal(await blocked, undefined);
  queue.add("d");
  assert.deepEqual([queue.size, await queue.take()], [0, undefined]);
  for (const key of ["a", "b"]) queue.done(key);
  await Promise.resolve();
  assert.equal(isDown, false);
  queue.done("c");
  await down;
});

test("hooks tell depth, waits and work", async () => {
  const told: string[] = [];
  const { clock, queue } = setUp({
    added: (key, depth) => told.push(`added ${key} ${depth}`),
    retried: (key) => told.push(`retried ${key}`),
    taken: (key, waitedMs, depth) => told.push(`taken ${key} ${waitedMs} ${depth}`),
    done: (key, workedMs) => told.push(`done ${key} ${workedMs}`),
  });
  queue.add("a");
  await clock.advance(7);
  await queue.take();
  await clock.advance(5);
  queue.add("a", { rateLimited: true });
  queue.done("a");
  assert.deepEqual(told, ["added a 1", "taken a 7 0", "retried a", "added a 1", "done a 5"]);
});

test("ten workers on a hundred keys: at most one a key, each key's last change is seen", async () => {
  const { clock, queue } = setUp();
  const wanted = new Map<string, number>();
  const seen = new Map<string, number>();
  const held = new Set<string>();
  const work = async () => {
    for (let taken = await queue.take(); taken !== undefined; taken = await queue.take()) {
      const { key } = taken;
      assert.ok(!held.has(key));
      held.add(key);
      const version = wanted.get(key) ?? 0;
      await new Promise<void>((resolve) => void clock.after(Number(key) % 7, resolve));
      seen.set(key, version);
      held.delete(key);
      queue.done(key);
    }
  };
  const workers = Array.from({ length: 10 }, work);
  for (let round = 0; round < 30; round += 1) {
    for (let key = 0; key < 100; key += 1 + (round % 3)) {
      wanted.set(String(key), round);
      queue.add(String(key));
    }
    await clock.advance(round % 4);
  }
  await clock.advance(10_000);
  assert.deepEqual(seen, wanted);
  await queue.shutDown();
  await Promise.all(workers);
});
