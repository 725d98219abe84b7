import assert from "node:assert/strict";
import { test } from "node:test";
import { clockLimits } from "../clock-limits.ts";
import { initialPtpClock, stepPtpClock, type PtpClockObservation } from "../ptp-clock.ts";
import { at } from "../testing/machine-laws.ts";
import { parentOf } from "../testing/machines.ts";
import { sourceFactsOf } from "./source-facts.ts";

const observations: readonly PtpClockObservation[] = [
  { kind: "process-up" },
  { kind: "parent-data-set", dataSet: parentOf(7) },
  { kind: "port", number: 1, state: "TIME_TRANSMITTER" },
  { kind: "port", number: 2, state: "TIME_RECEIVER" },
  { kind: "time-status", offsetNs: 5, ingressTimeNs: 1n },
];
const clock = observations.reduce(
  (before, observation) => stepPtpClock(before, observation, clockLimits({}), at(1000)).clock,
  initialPtpClock(at(0)),
);
const interfaces = ["ens1f0", "ens1f1"];

test("sourceFactsOf: the link is that of the receiving port, the class that of the grandmaster", () => {
  const good = { processUp: true, linkUp: true, state: "LOCKED", clockClass: 7 };
  assert.deepEqual(
    sourceFactsOf(clock, interfaces, (name) => name === "ens1f1"),
    good,
  );
  assert.equal(sourceFactsOf(clock, interfaces, (name) => name === "ens1f0").linkUp, false);
  assert.equal(sourceFactsOf(clock, interfaces, () => undefined).linkUp, true);
});

test("sourceFactsOf: a dead ptp4l offers no class, and any link that is up will do while no port receives", () => {
  const dead = stepPtpClock(initialPtpClock(at(0)), { kind: "tick" }, clockLimits({}), at(1)).clock;
  const facts = sourceFactsOf(dead, interfaces, (name) => name === "ens1f1");
  assert.deepEqual(facts, { processUp: false, linkUp: true, state: "UNKNOWN" });
});
