import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkTimings,
  claimed,
  decide,
  failed,
  firstElectionState,
  leads,
  observe,
  type ElectionState,
} from "./election.ts";
import { claimLease, type Lease } from "./lease.ts";

const timings = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 };
const lease = (holder: string, version: string, leaseDurationSeconds = 15): Lease => ({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "l", namespace: "n", resourceVersion: version },
  spec: { holderIdentity: holder, leaseDurationSeconds },
});
const fresh = (identity = "me") => firstElectionState(identity, timings, 0);

test("looks first, then claims what is free", () => {
  assert.deepEqual(decide(fresh(), 0), { type: "read" });
  assert.deepEqual(decide(observe(fresh(), undefined, 0, true), 0), { type: "claim", over: undefined });
  const given = lease("", "1");
  assert.deepEqual(decide(observe(fresh(), given, 0, true), 0), { type: "claim", over: given });
});

test("waits for the lease duration from when it saw the lease, whatever the times in it say", () => {
  const held = lease("other", "1");
  const state = observe(fresh(), held, 1000, true);
  assert.deepEqual(decide(state, 1000), { type: "wait", untilMs: 16_000 });
  assert.deepEqual(decide(observe(state, held, 9000, true), 9000), { type: "wait", untilMs: 16_000 });
  const renewed = observe(state, lease("other", "2"), 9000);
  assert.deepEqual(decide(renewed, 16_000), { type: "wait", untilMs: 24_000 });
  assert.equal(decide(renewed, 24_000).type, "claim");
});

test("the holder's own duration counts if it is longer than ours", () => {
  const wait = (seconds: number) => decide(observe(fresh(), lease("other", "1", seconds), 0, true), 0);
  assert.deepEqual(wait(60), { type: "wait", untilMs: 60_000 });
  assert.deepEqual(wait(0), { type: "wait", untilMs: 15_000 });
  assert.deepEqual(wait(-5), { type: "wait", untilMs: 15_000 });
});

test("leads from the moment its claim was sent, not answered, until the renew deadline", () => {
  const before = observe(fresh(), undefined, 0, true);
  const state = claimed(before, lease("me", "1"), 1000, before.observed);
  assert.deepEqual([leads(state, 1000), leads(state, 10_999), leads(state, 11_000)], [true, true, false]);
  assert.deepEqual(decide(state, 2000), { type: "wait", untilMs: 3000 });
  assert.deepEqual(decide(state, 3000), { type: "claim", over: lease("me", "1") });
});

test("a failed renewal is tried again and costs the lead only by time", () => {
  const leading = claimed(fresh(), lease("me", "1"), 0, undefined);
  const state = failed(leading, 2500, { isConflict: false, random: 0.5 });
  assert.equal(leads(state, 9999), true);
  assert.deepEqual(decide(state, 2500), { type: "wait", untilMs: 4500 });
  assert.deepEqual(decide(state, 4500), { type: "read" });
});

test("another holder or no lease at all ends the lead at once; an older view does not", () => {
  const leading = claimed(fresh(), lease("me", "10"), 0, undefined);
  assert.equal(leads(observe(leading, lease("other", "11"), 1), 1), false);
  assert.equal(leads(observe(leading, undefined, 1), 1), false);
  assert.equal(leads(observe(leading, lease("other", "9"), 1), 1), true);
  assert.equal(leads(observe(leading, lease("me", "11"), 1), 1), true);
});

test("what the watch told before a claim was answered counts: it looks again instead of leading", () => {
  const before = observe(fresh(), lease("", "1"), 0, true);
  const answered = (seen: ElectionState) => claimed(seen, lease("me", "2"), 100, before.observed);
  for (const later of [lease("thief", "3"), lease("me", "3"), undefined]) {
    const state = answered(observe(observe(before, lease("me", "2"), 150), later, 200));
    assert.deepEqual([leads(state, 300), decide(state, 300)], [false, { type: "read" }]);
  }
  for (const seen of [before, observe(before, lease("me", "2"), 200), observe(before, lease("", "1"), 200)]) {
    assert.equal(leads(answered(seen), 300), true);
  }
});

test("a conflict makes it look soon", () => {
  const state = failed(observe(fresh(), lease("", "1"), 0, true), 0, { isConflict: true, random: 0.5 });
  assert.deepEqual(decide(state, 0), { type: "wait", untilMs: 200 });
  assert.deepEqual(decide(state, 200), { type: "read" });
});

test("timings that could give two leaders are refused", () => {
  assert.equal(checkTimings(timings), undefined);
  assert.match(checkTimings({ ...timings, renewDeadlineMs: 15_000 }) ?? "", /renew deadline 15000/);
  assert.match(checkTimings({ ...timings, retryPeriodMs: 9000 }) ?? "", /retry period/);
  assert.match(checkTimings({ ...timings, leaseDurationMs: 10 }) ?? "", /lease duration/);
});

/** A server with one lease that compares versions, and candidates whose messages take and lose their time. */
interface World {
  lease: Lease | undefined;
  version: number;
}

function claimOver(world: World, over: Lease | undefined, holder: string): Lease | "conflict" {
  if (over?.metadata.resourceVersion !== world.lease?.metadata.resourceVersion) return "conflict";
  world.version += 1;
  const claim = { namespace: "n", name: "l", holder, leaseDurationMs: 15_000, time: new Date(0) };
  const next = claimLease(over, claim);
  world.lease = { ...next, metadata: { ...next.metadata, resourceVersion: String(world.version) } };
  return world.lease;
}

test("never two leaders, whatever is delayed, lost or paused; a leader in the end", () => {
  const event = fc.record({
    who: fc.nat(2),
    afterMs: fc.constantFrom(0, 100, 900, 2000, 6000, 11_000, 20_000),
    fate: fc.constantFrom("ok", "ok", "ok", "answer lost", "request lost", "seen", "slow answer"),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const world: World = { lease: undefined, version: 0 };
      let nowMs = 0;
      const candidates: ElectionState[] = [0, 1, 2].map((index) => firstElectionState(`c${index}`, timings, 0));
      const act = (who: number, fate: string): void => {
        const state = candidates[who];
        if (state === undefined) return;
        if (fate === "seen") {
          candidates[who] = observe(state, world.lease, nowMs);
          return;
        }
        const action = decide(state, nowMs);
        if (action.type === "wait") return;
        const failure = { isConflict: false, random: 0.5 };
        if (fate === "request lost") candidates[who] = failed(state, nowMs, failure);
        else if (action.type === "read") candidates[who] = observe(state, world.lease, nowMs, true);
        else {
          const sentAtMs = nowMs;
          const answer = claimOver(world, action.over, state.identity);
          if (fate === "slow answer") nowMs += 5000;
          if (answer === "conflict") candidates[who] = failed(state, nowMs, { isConflict: true, random: 0.5 });
          else if (fate === "answer lost") candidates[who] = failed(state, nowMs, failure);
          else candidates[who] = claimed(state, answer, sentAtMs, state.observed);
        }
      };
      const leaders = () => candidates.filter((state) => leads(state, nowMs)).length;
      for (const { who, afterMs, fate } of events) {
        nowMs += afterMs;
        act(who, fate);
        assert.ok(leaders() <= 1);
      }
      for (let round = 0; round < 60 && leaders() === 0; round += 1) {
        nowMs += 1000;
        for (const who of [0, 1, 2]) act(who, "ok");
      }
      assert.equal(leaders(), 1);
    }),
    { numRuns: 500 },
  );
});
