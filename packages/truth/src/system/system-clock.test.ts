import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SyncState } from "@ptp/node";
import { stepOverall, initialOverall } from "../overall/overall-state.ts";
import type { SyncStatus } from "../sync-machine.ts";
import { at, keepsLaws } from "../testing/machine-laws.ts";
import * as under from "../testing/system-machines.ts";
import { stepCoupled } from "./coupled-clock.ts";
import { initialNtpFailover, stepNtpFailover, type FailoverObservation } from "./ntp-failover.ts";

function status(state: SyncState, cause: string, sinceMs = 0): SyncStatus {
  const reason = state === "LOCKED" ? "tracking" : "lost";
  return {
    state,
    since: at(sinceMs),
    reason,
    cause: [cause],
    ...(state === "HOLDOVER" && { holdoverEndsMs: sinceMs + 5000 }),
  };
}

const own = status("LOCKED", "offset within thresholds");

test("stepCoupled: the system clock goes with its source at the moment the source goes", () => {
  const source = { name: "ptp4l of bc1", status: status("HOLDOVER", "no port is SLAVE", 1000), passesHoldover: true };
  const step = stepCoupled(own, own, source, at(1000));
  assert.deepEqual(step.change, {
    from: "LOCKED",
    to: "HOLDOVER",
    at: at(1000),
    cause: ["follows ptp4l of bc1, which is HOLDOVER", "no port is SLAVE"],
  });
  assert.equal(step.status.holdoverEndsMs, 6000);
  assert.equal(stepCoupled(step.status, own, source, at(6000)).status.state, "FREERUN", "its end is the source's");
});

test("stepCoupled: behind a T-GM in holdover the system clock is as good as ever; behind a free-running one it is not", () => {
  const source = { name: "the T-GM", status: status("HOLDOVER", "GNSS fix lost"), passesHoldover: false };
  assert.equal(stepCoupled(own, own, source, at(1)).status.state, "LOCKED");
  const free = { ...source, status: status("FREERUN", "holdover expired") };
  assert.equal(stepCoupled(own, own, free, at(1)).status.state, "FREERUN");
  const unknown = { ...source, status: status("UNKNOWN", "not seen") };
  assert.equal(stepCoupled(own, own, unknown, at(1)).status.state, "UNKNOWN");
});

test("stepOverall: the NIC that waits for its turn does not count, and the worst names itself", () => {
  const parts = [
    { name: "CLOCK_REALTIME", status: own, counts: true },
    { name: "ens1fx", status: own, counts: true },
    { name: "ens2fx", status: status("FREERUN", "no port is SLAVE"), counts: false },
  ];
  const good = stepOverall(initialOverall(at(0)), parts, at(1));
  assert.equal(good.status.state, "LOCKED");
  const bad = stepOverall(
    good.status,
    parts.map((part) => ({ ...part, counts: true })),
    at(2),
  );
  assert.deepEqual([bad.change?.to, bad.change?.cause], ["FREERUN", ["ens2fx: no port is SLAVE"]]);
  assert.equal(stepOverall(bad.status, [], at(3)).status.state, "UNKNOWN");
});

const options = { toleranceMs: 5000, startupDelayMs: 90_000 };

test("stepNtpFailover: silence leads to NTP, a stable ts2phc back", () => {
  let failover = initialNtpFailover(at(0), options);
  const told: string[] = [];
  const feed = (second: number, observation: FailoverObservation) => {
    const step = stepNtpFailover(failover, observation, options, at(second * 1000));
    failover = step.failover;
    if (step.change) told.push(`${second} s: ${step.change.from} to ${step.change.to}`);
    return step.nextTickMs;
  };
  assert.equal(feed(0, { kind: "available", program: "chronyd" }), undefined);
  assert.equal(feed(1, { kind: "available", program: "phc2sys" }), 90_000);
  feed(95, { kind: "tick" });
  assert.equal(feed(100, { kind: "stable" }), 105_000);
  feed(103, { kind: "tick" });
  feed(106, { kind: "tick" });
  assert.deepEqual(told, ["1 s: waiting to gnss", "95 s: gnss to ntp", "100 s: ntp to gnss", "106 s: gnss to ntp"]);
});

test("stepNtpFailover: a change if and only if the phase is another, with its cause", () => {
  const observations = fc.constantFrom<FailoverObservation>(
    { kind: "available", program: "chronyd" },
    { kind: "available", program: "phc2sys" },
    { kind: "stable" },
    { kind: "tick" },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(observations, fc.nat({ max: 100_000 }))), (sequence) => {
      let failover = initialNtpFailover(at(0), options);
      let nowMs = 0;
      for (const [observation, passedMs] of sequence) {
        nowMs += passedMs;
        const step = stepNtpFailover(failover, observation, options, at(nowMs));
        assert.equal(step.change === undefined, step.failover.phase === failover.phase);
        assert.ok(step.change === undefined || step.change.cause.length === 1);
        assert.ok(step.nextTickMs === undefined || step.nextTickMs > nowMs);
        ({ failover } = step);
      }
    }),
  );
});

test("stepChrony, stepCoupled, stepOverall: keep the laws of all machines", () => {
  keepsLaws(under.chronyMachine, under.chronyObservations);
  keepsLaws(under.coupledMachine("status"), under.coupledObservations, {
    after: (_before, _observation, { state }) => {
      if (state.status.state !== "LOCKED") return;
      assert.deepEqual([state.own.status.state, state.source.status.state], ["LOCKED", "LOCKED"]);
    },
  });
  keepsLaws(under.coupledMachine("status", false), under.coupledObservations);
  keepsLaws(under.coupledMachine("overall"), under.coupledObservations);
});
