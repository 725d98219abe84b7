import assert from "node:assert/strict";
import { test } from "node:test";
import { clockLimits } from "../clock-limits.ts";
import { initialPtpClock, stepPtpClock, type PtpClockObservation } from "../ptp-clock.ts";
import { at } from "../testing/machine-laws.ts";
import { parentOf } from "../testing/machines.ts";
import { isSameFacts, sourceFactsOf } from "./source-facts.ts";

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
const portIs = (number: number, state: "FAULTY" | "LISTENING") =>
  stepPtpClock(clock, { kind: "port", number, state }, clockLimits({}), at(1001)).clock;

test("sourceFactsOf: the link is that of the receiving port, the class that of the grandmaster", () => {
  const good = { processUp: true, linkUp: true, state: "LOCKED", clockClass: 7 };
  assert.deepEqual(sourceFactsOf(clock, clock.status), good);
  const [lost, other] = [portIs(2, "FAULTY"), portIs(1, "FAULTY")];
  assert.equal(sourceFactsOf(lost, lost.status).linkUp, false);
  assert.equal(sourceFactsOf(other, other.status).linkUp, true);
  const listening = portIs(2, "LISTENING");
  const { linkUp, state, cause } = sourceFactsOf(listening, listening.status);
  assert.deepEqual([linkUp, state], [true, "HOLDOVER"]);
  assert.match(cause ?? "", /^no port is SLAVE/);
});

test("sourceFactsOf: a dead ptp4l offers no class, and its links are not known to be down", () => {
  const dead = stepPtpClock(initialPtpClock(at(0)), { kind: "tick" }, clockLimits({}), at(1)).clock;
  const facts = { processUp: false, linkUp: true, state: "UNKNOWN", cause: "ptp4l has not started" };
  assert.deepEqual(sourceFactsOf(dead, dead.status), facts);
});

test("isSameFacts: any of them counts", () => {
  const facts = sourceFactsOf(clock, clock.status);
  assert.ok(isSameFacts(facts, { ...facts }));
  for (const change of [
    { processUp: false },
    { linkUp: false },
    { state: "HOLDOVER" },
    { cause: "x" },
    { clockClass: 8 },
  ])
    assert.ok(!isSameFacts(facts, { ...facts, ...(change as Partial<typeof facts>) }), JSON.stringify(change));
  assert.ok(!isSameFacts(undefined, facts));
});
