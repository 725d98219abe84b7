import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "@ptp/node";
import { parseClockIdentity, portStates, type PortState } from "@ptp/ptp";
import { clockLimits } from "./clock-limits.ts";
import { freshnessMs, initialPtpClock, stepPtpClock, type PtpClock, type PtpClockObservation } from "./ptp-clock.ts";

const limits = clockLimits({});
const at = (monotonicMs: number): Instant => ({ monotonicMs, unixMs: 1_700_000_000_000 + monotonicMs });
const port = (state: PortState, number = 1): PtpClockObservation => ({
  kind: "port",
  number,
  state,
  interfaceName: "ens1f0",
  logSyncInterval: -4,
});
const sample = (offsetNs: number, ingressMs: number): PtpClockObservation => ({
  kind: "time-status",
  offsetNs,
  ingressTimeNs: BigInt(ingressMs) * 1_000_000n,
});

function run(steps: readonly (readonly [PtpClockObservation, number])[], from = initialPtpClock(at(0))): PtpClock {
  return steps.reduce((clock, [observation, ms]) => stepPtpClock(clock, observation, limits, at(ms)).clock, from);
}

const locked = run([
  [{ kind: "process-up" }, 10],
  [port("UNCALIBRATED"), 20],
  [port("TIME_RECEIVER"), 100],
  [sample(12, 100), 110],
]);

test("stepPtpClock: a port that receives time and a fresh sample in range lock the clock", () => {
  assert.equal(locked.status.state, "LOCKED");
  assert.deepEqual(locked.status.cause, ["port 1 (ens1f0) is SLAVE, offset within thresholds"]);
  assert.equal(locked.receiverPort, 1);
});

test("stepPtpClock: not known until ptp4l tells something, and never LOCKED without a sample", () => {
  assert.equal(run([]).status.state, "UNKNOWN");
  assert.equal(run([[{ kind: "process-up" }, 10]]).status.state, "UNKNOWN");
  assert.equal(
    run([
      [{ kind: "process-up" }, 10],
      [port("TIME_RECEIVER"), 20],
    ]).status.state,
    "UNKNOWN",
  );
  assert.equal(
    run([
      [{ kind: "process-up" }, 10],
      [port("LISTENING"), 20],
    ]).status.state,
    "FREERUN",
  );
});

test("stepPtpClock: acquiring is FREERUN with its port states as cause, not a fault", () => {
  const clock = run([
    [{ kind: "process-up" }, 10],
    [port("UNCALIBRATED"), 20],
  ]);
  assert.deepEqual(clock.status.cause, ["no port is SLAVE: port 1 (ens1f0) is UNCALIBRATED"]);
});

test("stepPtpClock: an offset beyond the thresholds is FREERUN and names both numbers", () => {
  const clock = run([[sample(180, 200), 210]], locked);
  assert.equal(clock.status.state, "FREERUN");
  assert.deepEqual(clock.status.cause, ["offset 180 ns not below maxOffsetThreshold 100 ns"]);
});

test("stepPtpClock: the same ingress time is no new measurement; silence is a loss", () => {
  const steps: [PtpClockObservation, number][] = [];
  for (let ms = 200; ms <= 2200; ms += 100) steps.push([sample(12, 100), ms]);
  const clock = run(steps, locked);
  assert.equal(clock.status.state, "HOLDOVER");
  assert.deepEqual(clock.status.cause, ["port 1 (ens1f0) is SLAVE but got no Sync for 2 s"]);
});

test("stepPtpClock: losing the time transmitter is HOLDOVER, then FREERUN, then LOCKED again", () => {
  const held = run([[port("GRANDMASTER"), 1000]], locked);
  assert.equal(held.status.state, "HOLDOVER");
  const free = run([[{ kind: "tick" }, 6000]], held);
  assert.equal(free.status.state, "FREERUN");
  assert.equal(free.status.cause[0], "holdover of 5 s expired");
  const back = run(
    [
      [port("TIME_RECEIVER"), 8000],
      [sample(-3, 8000), 8010],
    ],
    free,
  );
  assert.equal(back.status.state, "LOCKED");
});

test("stepPtpClock: what a dead ptp4l said is forgotten", () => {
  const dead = run([[{ kind: "process-down", detail: "ptp4l ended by SIGKILL" }, 1000]], locked);
  assert.deepEqual([dead.status.state, dead.ports.size, dead.sample], ["HOLDOVER", 0, undefined]);
  const restarted = run(
    [
      [{ kind: "process-up" }, 1200],
      [port("TIME_RECEIVER"), 1400],
      [{ kind: "tick" }, 1500],
    ],
    dead,
  );
  assert.equal(restarted.status.state, "HOLDOVER", "an old sample must not lock a new process");
});

test("stepPtpClock: what a dead ptp4l says late does not lock the next one", () => {
  const clock = run(
    [
      [{ kind: "process-down", detail: "ptp4l ended by SIGKILL" }, 1000],
      [port("TIME_RECEIVER"), 1001],
      [sample(3, 990), 1002],
      [{ kind: "servo", maxNs: 1, freqPpb: 1 }, 1003],
      [{ kind: "process-up" }, 1100],
      [{ kind: "tick" }, 1101],
    ],
    locked,
  );
  assert.deepEqual(
    [clock.status.state, clock.ports.size, clock.sample, clock.servo],
    ["HOLDOVER", 0, undefined, undefined],
  );
});

test("stepPtpClock: a restart of which no end was seen starts from nothing", () => {
  const clock = run(
    [
      [{ kind: "process-up" }, 200],
      [{ kind: "tick" }, 300],
    ],
    locked,
  );
  assert.deepEqual([clock.status.state, clock.sample], ["HOLDOVER", undefined]);
});

test("stepPtpClock: after a change of time transmitter only a measurement of the new one locks", () => {
  const switched = run(
    [
      [port("UNCALIBRATED"), 200],
      [sample(12, 199), 200],
      [port("TIME_RECEIVER"), 600],
    ],
    locked,
  );
  assert.equal(switched.status.state, "HOLDOVER", "the offset from the old one must not lock it");
  assert.equal(run([[sample(-4, 590), 600]], switched).status.state, "LOCKED");
  const far = run([[sample(50_000, 590), 600]], switched);
  assert.equal(far.status.state, "HOLDOVER");
});

const own = parseClockIdentity("4628ea.fffe.02aa96");
assert.ok(own !== undefined);
const ownDataSets: readonly (readonly [PtpClockObservation, number])[] = [
  [
    {
      kind: "default-data-set",
      dataSet: {
        twoStep: true,
        timeReceiverOnly: false,
        numberPorts: 1,
        priority1: 128,
        priority2: 128,
        clockClass: 6,
        clockAccuracy: 0x21,
        offsetScaledLogVariance: 0x4e5d,
        clockIdentity: own,
        domainNumber: 24,
      },
    },
    12,
  ],
  [
    {
      kind: "parent-data-set",
      dataSet: {
        parentPortIdentity: { clockIdentity: own, portNumber: 0 },
        parentStats: false,
        observedParentOffsetScaledLogVariance: 0xffff,
        observedParentClockPhaseChangeRate: 0x7fffffff,
        grandmasterPriority1: 128,
        grandmasterClockClass: 6,
        grandmasterClockAccuracy: 0x21,
        grandmasterOffsetScaledLogVariance: 0x4e5d,
        grandmasterPriority2: 128,
        grandmasterIdentity: own,
      },
    },
    13,
  ],
];

test("stepPtpClock: a grandmaster that never followed anybody is free-running and says so", () => {
  // ptp4l tells a grandmaster's ports as MASTER over management: only its parent tells it from a boundary clock.
  const clock = run([[{ kind: "process-up" }, 10], ...ownDataSets, [port("TIME_TRANSMITTER"), 20]]);
  assert.equal(clock.status.state, "FREERUN");
  assert.equal(clock.status.cause[0], "its own grandmaster, no time source is observed: port 1 (ens1f0) is MASTER");
  const orphan = run([...ownDataSets, [port("TIME_TRANSMITTER"), 1000]], locked);
  assert.equal(orphan.status.state, "HOLDOVER", "a boundary clock that lost its source holds over");
});

test("stepPtpClock: a dual follower follows its port until that is told to have left, whatever the other begins", () => {
  const turning = run([[port("UNCALIBRATED", 2), 200]], locked);
  assert.equal(turning.status.state, "LOCKED", "ports are told one after the other");
  const left = run([[port("LISTENING"), 201]], turning);
  assert.deepEqual(left.status.cause, [
    "no port is SLAVE: port 1 (ens1f0) is LISTENING, port 2 (ens1f0) is UNCALIBRATED",
  ]);
  const other = run([[port("TIME_RECEIVER", 2), 300]], left);
  assert.equal(other.status.state, "HOLDOVER", "the last measurement belongs to the port that left");
  assert.equal(run([[sample(5, 310), 310]], other).status.state, "LOCKED");
});

test("stepPtpClock: what a silent ptp4l said last holds no longer, until it speaks again", () => {
  const silence: PtpClockObservation = { kind: "silent", detail: "ptp4l lives but has not answered for 3 s" };
  const silent = run([[silence, 400]], locked);
  assert.deepEqual(silent.status, {
    state: "UNKNOWN",
    since: at(400),
    reason: "silent",
    cause: ["ptp4l lives but has not answered for 3 s"],
  });
  assert.deepEqual([silent.sample, silent.ports.size, silent.receiverPort], [undefined, 0, 1]);
  const later = run([[{ kind: "tick" }, 100_000]], silent);
  assert.deepEqual(later.status, silent.status, "time alone tells nothing of it");
  const down = run([[{ kind: "process-down", detail: "it ended" }, 500]], silent);
  assert.deepEqual([down.status.state, down.status.cause], ["UNKNOWN", ["it ended"]]);
  const listening = run([[port("LISTENING"), 500]], silent);
  assert.deepEqual([listening.status.state, listening.silence], ["FREERUN", undefined]);
  const again = run(
    [
      [port("TIME_RECEIVER"), 500],
      [sample(7, 450), 510],
    ],
    silent,
  );
  assert.equal(again.status.state, "LOCKED");
});

test("stepPtpClock: what a line says of the servo of a managed ptp4l decides nothing", () => {
  const servo: PtpClockObservation = { kind: "servo", maxNs: 7, freqPpb: 3 };
  const clock = run([[servo, 60_000]], locked);
  assert.deepEqual([clock.status, clock.servo], [locked.status, { maxNs: 7, freqPpb: 3 }]);
});

test("stepPtpClock: present zeros are limits, absent fields take their defaults", () => {
  assert.deepEqual(
    { ...clockLimits({ ptpClockThreshold: { minOffsetThreshold: 0, holdOverTimeout: 0 } }) },
    {
      holdoverMs: 0,
      maxOffsetNs: 100,
      minOffsetNs: 0,
      ptp4lDowntimeMs: 5000,
      phc2sysDowntimeMs: 5000,
      ts2phcDowntimeMs: 5000,
      synce4lDowntimeMs: 5000,
      chronydDowntimeMs: 5000,
      gpsdDowntimeMs: 1000,
    },
  );
});

const observations: fc.Arbitrary<PtpClockObservation> = fc.oneof(
  fc.constant<PtpClockObservation>({ kind: "process-up" }),
  fc.constant<PtpClockObservation>({ kind: "process-down", detail: "crashed" }),
  fc.constant<PtpClockObservation>({ kind: "tick" }),
  fc
    .tuple(fc.constantFrom(...portStates), fc.integer({ min: 1, max: 3 }))
    .map(([state, number]) => port(state, number)),
  fc.tuple(fc.integer({ min: -300, max: 300 }), fc.nat(100_000)).map(([offset, ms]) => sample(offset, ms)),
);

test("stepPtpClock: LOCKED only with a live receiver port and a fresh sample in range; HOLDOVER always ends", () => {
  const sequences = fc.array(fc.tuple(observations, fc.integer({ min: 0, max: 2500 })), { maxLength: 80 });
  fc.assert(
    fc.property(sequences, (sequence) => {
      let clock = initialPtpClock(at(0));
      let nowMs = 0;
      for (const [observation, passedMs] of sequence) {
        nowMs += passedMs;
        clock = stepPtpClock(clock, observation, limits, at(nowMs)).clock;
        if (clock.status.state === "LOCKED") {
          assert.ok(clock.process.up);
          assert.ok([...clock.ports.values()].some((each) => each.state === "TIME_RECEIVER"));
          assert.ok(clock.sample !== undefined && Math.abs(clock.sample.offsetNs) < 100);
          assert.ok(nowMs - clock.sample.at.monotonicMs <= freshnessMs(-4));
        }
        if (clock.status.state === "HOLDOVER") {
          assert.ok(nowMs - clock.status.since.monotonicMs < limits.holdoverMs);
          const later = stepPtpClock(clock, { kind: "tick" }, limits, at(nowMs + limits.holdoverMs)).clock;
          assert.notEqual(later.status.state, "HOLDOVER");
        }
        assert.ok(clock.status.cause.length > 0);
      }
    }),
    { numRuns: 300 },
  );
});
