import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createReconnectPace } from "./reconnect-pace.ts";

const refused = "14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 10.0.0.1:8443";

/** Waits of attempts that all fail so, one after the other; without jitter. */
function waits(problem: string, count: number): readonly number[] {
  const pace = createReconnectPace(() => 0);
  let nowMs = 0;
  return Array.from({ length: count }, () => {
    const waitMs = pace.next(problem, nowMs);
    nowMs += waitMs;
    return waitMs;
  });
}

test("refused connections are tried again within a second, for a quarter of a minute", () => {
  const seen = waits(refused, 24);
  assert.deepEqual(seen.slice(0, 6), [100, 200, 400, 800, 1_000, 1_000]);
  const fast = seen.filter((waitMs) => waitMs <= 1_000).length;
  assert.ok(fast > 16 && fast < 20, String(fast));
  assert.deepEqual(seen.slice(fast), Array(24 - fast).fill(5_000), "then as after any other failure");
});

test("whoever is answered and sent away comes back more and more slowly", () => {
  assert.deepEqual(waits("the operator is shutting down", 8), [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

test("after a session that lasted it begins anew", () => {
  const pace = createReconnectPace(() => 0);
  for (let nowMs = 0; nowMs < 60_000; nowMs += 5_000) pace.next(refused, nowMs);
  pace.reset();
  assert.deepEqual([pace.next("", 90_000), pace.next(refused, 90_100)], [100, 200]);
});

test("an agent that is as likely as not led to a dead replica is back within ten seconds", () => {
  // Of 100,000 agents that are led to it again and again one may be, by chance alone, some attempts later than that.
  const agents = 100_000;
  let late = 0;
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let agent = 0; agent < agents; agent += 1) {
    const pace = createReconnectPace(random);
    let nowMs = pace.next("", 0);
    while (random() < 0.5) nowMs += pace.next(refused, nowMs);
    if (nowMs > 10_000) late += 1;
  }
  assert.ok(late <= 10, `${late} of ${agents} agents`);
});

test("no wait exceeds five seconds, and none is nothing", () => {
  const problems = fc.constantFrom(refused, "", "CANCELLED");
  const steps = fc.array(fc.tuple(problems, fc.nat(20_000)), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, chance) => {
      const pace = createReconnectPace(() => chance);
      let nowMs = 0;
      for (const [problem, later] of attempts) {
        const waitMs = pace.next(problem, (nowMs += later));
        assert.ok(waitMs >= 50 && waitMs <= 5_000, String(waitMs));
      }
    }),
  );
});
