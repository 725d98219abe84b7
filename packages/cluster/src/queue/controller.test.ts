import { AppError, silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { ApiError } from "../connection/api-error.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createController, type ControllerOptions, type Reconcile } from "./controller.ts";
import { lowPriority } from "./queue-state.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createWorkQueue } from "./work-queue.ts";

async function setUp(t: TestContext, reconcile: Reconcile, given: Partial<ControllerOptions> = {}) {
  const clock = createVirtualClock();
  const queue = createWorkQueue({ clock, rateLimiter: createRateLimiter({ baseMs: 10 }) });
  const controller = createController({ name: "test", queue, reconcile, log: silentLogger, ...given });
  await controller.start(new AbortController().signal);
  t.after(() => controller.stop());
  return { clock, queue, controller };
}

/** Runs passes that fail with this error and gives the times they ran at. */
async function timesUnder(t: TestContext, error: Error, given: Partial<ControllerOptions> = {}) {
  const times: number[] = [];
  const { clock, queue } = await setUp(
    t,
    () => {
      times.push(clock.now());
      return Promise.reject(error);
    },
    given,
  );
  queue.add("a");
  await clock.advance(100);
  return times;
}

test("a transient error comes again with growing waits", async (t) => {
  assert.deepEqual(await timesUnder(t, new AppError("transient", "x")), [0, 10, 30, 70]);
});

test("waiting comes again too", async (t) => {
  assert.deepEqual(await timesUnder(t, new AppError("waiting", "x")), [0, 10, 30, 70]);
});

test("Retry-After sets the time", async (t) => {
  const error = new ApiError("transient", "x", { status: 429, retryAfterMs: 40 });
  assert.deepEqual(await timesUnder(t, error), [0, 40, 80]);
});

test("an invalid object is left alone until it changes", async (t) => {
  assert.deepEqual(await timesUnder(t, new AppError("invalid", "x")), [0]);
});

test("a missing permission is looked for again, with a bounded wait", async (t) => {
  const times: number[] = [];
  const { clock, queue } = await setUp(t, () => {
    times.push(clock.now());
    return Promise.reject(new ApiError("invalid", "x", { status: 403 }));
  });
  queue.add("a");
  await clock.advance(70_000);
  assert.deepEqual(times, [0, 30_000, 60_000]);
});

test("a mistake of the program is handed on", async (t) => {
  const bugs: string[] = [];
  const onBug = ({ message }: AppError) => void bugs.push(message);
  await timesUnder(t, new TypeError("x is not a function"), { onBug });
  assert.equal(bugs[0], "x is not a function");
});

test("success forgets failures; requeueAfter comes again at its time", async (t) => {
  const outcomes: string[] = [];
  const results: (Error | { requeueAfterMs: number } | undefined)[] = [
    new AppError("transient", "x"),
    { requeueAfterMs: 50 },
    new AppError("transient", "x"),
    undefined,
  ];
  const times: number[] = [];
  const { clock, queue } = await setUp(
    t,
    async () => {
      times.push(clock.now());
      const next = results.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    { hooks: { reconciled: (outcome) => void outcomes.push(outcome) } },
  );
  queue.add("a");
  await clock.advance(1000);
  assert.deepEqual(times, [0, 10, 60, 70]);
  assert.deepEqual(outcomes, ["error", "requeue_after", "error", "success"]);
  assert.equal(queue.failures("a"), 0);
});

test("a key keeps its low priority when it comes again", async (t) => {
  const order: string[] = [];
  let failures = 1;
  const { clock, queue } = await setUp(t, async (key) => {
    order.push(key);
    if (key !== "listed" || failures-- <= 0) return undefined;
    // Both are ready at the same time after this.
    queue.add("changed", { afterMs: 10 });
    throw new AppError("transient", "x");
  });
  queue.add("listed", { priority: lowPriority });
  await clock.advance(100);
  assert.deepEqual(order, ["listed", "changed", "listed"]);
});

test("stop waits for the passes that run, tells them, and starts no other", async (t) => {
  const ran: string[] = [];
  let ended = false;
  const { queue, controller } = await setUp(t, async (key, { signal }) => {
    ran.push(key);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended = true;
    return undefined;
  });
  queue.add("a");
  queue.add("b");
  await new Promise((resolve) => setTimeout(resolve, 5));
  await controller.stop();
  assert.deepEqual([ran, ended], [["a"], true]);
});
