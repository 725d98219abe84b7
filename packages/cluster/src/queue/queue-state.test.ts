import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lowPriority, QueueState } from "./queue-state.ts";

const now = { atMs: 0, priority: 0 };

test("a key that waits is there once", () => {
  const queue = new QueueState();
  assert.deepEqual([queue.add("a", now, 0), queue.add("a", now, 0), queue.size], [true, false, 1]);
  assert.equal(queue.take(0)?.key, "a");
  assert.equal(queue.take(0), undefined);
});

test("keys come in the order they were added; a later add of the same key does not move it", () => {
  const queue = new QueueState();
  for (const key of ["a", "b", "a", "c"]) queue.add(key, now, 0);
  assert.deepEqual([queue.take(0)?.key, queue.take(0)?.key, queue.take(0)?.key], ["a", "b", "c"]);
});

test("what changes now overtakes the first listing, also a key of the listing itself", () => {
  const queue = new QueueState();
  for (const key of ["a", "b", "c"]) queue.add(key, { atMs: 0, priority: lowPriority }, 0);
  queue.add("x", now, 0);
  queue.add("c", now, 0);
  assert.deepEqual([queue.take(0)?.key, queue.take(0)?.key, queue.take(0)?.key], ["c", "x", "a"]);
});

test("a key a worker holds is not handed out, and comes again after if it was added", () => {
  const queue = new QueueState();
  queue.add("a", now, 0);
  queue.take(0);
  queue.add("a", now, 0);
  assert.equal(queue.take(0), undefined);
  queue.done("a", 0);
  assert.equal(queue.take(0)?.key, "a");
  queue.done("a", 0);
  assert.deepEqual([queue.take(0), queue.size, queue.taken], [undefined, 0, 0]);
});

test("of two times for a key the earlier counts", () => {
  const queue = new QueueState();
  queue.add("a", { atMs: 100, priority: 0 }, 0);
  queue.add("a", { atMs: 50, priority: 0 }, 0);
  queue.add("a", { atMs: 80, priority: 0 }, 0);
  assert.equal(queue.nextAtMs(), 50);
  assert.equal(queue.take(49), undefined);
  assert.deepEqual(queue.take(60), { key: "a", priority: 0, waitedMs: 10 });
  assert.equal(queue.take(100), undefined);
});

test("a time that passes while a worker holds the key counts when it is given back", () => {
  const queue = new QueueState();
  queue.add("a", now, 0);
  queue.take(0);
  queue.add("a", { atMs: 10, priority: 0 }, 0);
  assert.deepEqual([queue.take(20), queue.nextAtMs()], [undefined, undefined]);
  queue.done("a", 20);
  assert.equal(queue.take(20)?.key, "a");
});

test("a key that is brought forward ever again keeps the memory bounded", () => {
  const queue = new QueueState();
  for (let nowMs = 0; nowMs < 10_000; nowMs += 1) {
    queue.add("a", { atMs: nowMs + 600_000, priority: 0 }, nowMs);
    queue.add("a", { atMs: nowMs, priority: 0 }, nowMs);
    assert.equal(queue.take(nowMs)?.key, "a");
    queue.done("a", nowMs);
  }
  assert.ok(queue.scheduled < 100, String(queue.scheduled));
});

test("against a plain model: never twice, never lost, never early, most urgent first", () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.record({ do: fc.constant("add"), key, afterMs: fc.nat(5), priority: fc.integer({ min: -2, max: 2 }) }),
    fc.record({ do: fc.constant("done"), key, afterMs: fc.constant(0), priority: fc.constant(0) }),
    fc.record({ do: fc.constant("take"), key, afterMs: fc.nat(3), priority: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new QueueState();
      const waiting = new Map<string, { atMs: number; priority: number }>();
      const held = new Set<string>();
      let nowMs = 0;
      for (const { do: action, key, afterMs, priority } of steps) {
        if (action === "add") {
          const atMs = nowMs + afterMs;
          const known = waiting.get(key) ?? { atMs, priority };
          queue.add(key, { atMs, priority }, nowMs);
          waiting.set(key, { atMs: Math.min(atMs, known.atMs), priority: Math.max(priority, known.priority) });
        } else if (action === "done") {
          queue.done(key, nowMs);
          held.delete(key);
        } else {
          nowMs += afterMs;
          const free = [...waiting].filter(([key, { atMs }]) => atMs <= nowMs && !held.has(key));
          const taken = queue.take(nowMs);
          assert.equal(taken !== undefined, free.length > 0);
          if (taken === undefined) continue;
          assert.equal(taken.priority, Math.max(...free.map(([, { priority }]) => priority)));
          assert.ok(free.some(([key]) => key === taken.key));
          waiting.delete(taken.key);
          held.add(taken.key);
        }
        assert.equal(queue.size, waiting.size);
        assert.equal(queue.taken, held.size);
      }
    }),
  );
});
