import assert from "node:assert/strict";
import { test } from "node:test";
import { followsPulse } from "../dpll/dpll-clock.ts";
import type { TgmObservation } from "./tgm-clock.ts";
import { tgmAnnouncePlan } from "./tgm-class.ts";
import { hasTimeOfDay } from "./ts2phc-clock.ts";
import { at, keepsLaws } from "../testing/machine-laws.ts";
import * as under from "../testing/machines.ts";
import { initialTgmClock, stepTgm, type TgmClock } from "./tgm-clock.ts";

/** What all parts tell each second while everything is well. */
export const allWell: readonly TgmObservation[] = [
  { part: "gnss", observation: { kind: "status", fix: 3, timeAccuracyNs: 5 } },
  { part: "dpll", interfaceName: "ens1f0", observation: lock("locked-ho-acq") },
  { part: "dpll", interfaceName: "ens2f0", observation: lock("locked-ho-acq") },
  { part: "ts2phc", observation: { kind: "sample", clock: "ens1f0", offsetNs: 3, locked: true } },
];

function lock(status: "locked-ho-acq" | "holdover" | "unlocked") {
  return { kind: "status", eec: status, pps: status, phaseOffsetNs: 2 } as const;
}

const started: readonly TgmObservation[] = [
  { part: "gnss", observation: { kind: "process-up" } },
  { part: "ts2phc", observation: { kind: "process-up" } },
];

/** Runs seconds of observations, one list per second from `fromMs` on; tells the changes of the clock itself. */
function run(seconds: readonly (readonly TgmObservation[])[], from?: { clock: TgmClock; ms: number }) {
  let clock = from?.clock ?? initialTgmClock(at(0), under.tgmOptions);
  let ms = from?.ms ?? 0;
  const told: string[] = [];
  for (const observations of seconds) {
    ms += 1000;
    for (const observation of observations.length === 0 ? [{ part: "tick" } as const] : observations) {
      const step = stepTgm(clock, observation, under.tgmOptions, at(ms));
      clock = step.clock;
      for (const change of step.changes)
        if (change.part === "clock")
          told.push(`${ms / 1000} s: ${change.from} to ${change.to}: ${change.cause.join(" < ")}`);
    }
  }
  return { clock, ms, told };
}

const seconds = (count: number, observations: readonly TgmObservation[]) =>
  Array.from({ length: count }, () => observations);
const gnssLost: TgmObservation = { part: "gnss", observation: { kind: "status", fix: 0 } };
const leading = (status: "locked-ho-acq" | "holdover" | "unlocked"): TgmObservation => ({
  part: "dpll",
  interfaceName: "ens1f0",
  observation: lock(status),
});
const [, , otherDpll, sampled] = allWell;
assert.ok(otherDpll !== undefined && sampled !== undefined);

test("stepTgm: locks when all parts are, with class 6", () => {
  const { clock, told } = run([started, allWell]);
  assert.deepEqual(told, [
    "2 s: UNKNOWN to LOCKED: GNSS, DPLL, ts2phc: all are locked",
    "2 s: 248 to 6: GNSS, DPLL, ts2phc: all are locked",
  ]);
  assert.equal(clock.clockAccuracy, 0x21);
});

test("stepTgm: GNSS loss, holdover in specification, then free-running; and back", () => {
  const locked = run([started, allWell]);
  const held = run(
    [
      [gnssLost, leading("locked-ho-acq"), otherDpll, sampled],
      ...seconds(970, [gnssLost, leading("holdover"), otherDpll, sampled]),
    ],
    locked,
  );
  assert.deepEqual(held.told, [
    "4 s: LOCKED to HOLDOVER: the DPLL of ens1f0 is in holdover",
    "4 s: 6 to 7: the DPLL of ens1f0 is in holdover",
    "964 s: HOLDOVER to FREERUN: holdover of 960 s expired: the DPLL of ens1f0 is in holdover",
    "964 s: 7 to 248: holdover of 960 s expired: the DPLL of ens1f0 is in holdover",
  ]);
  assert.deepEqual(run([allWell], held).told.length, 2);
});

test("stepTgm: a DPLL that does not notice the loss of GNSS is believed for a moment only", () => {
  const locked = run([started, allWell]);
  const held = run(seconds(10, [gnssLost, leading("locked-ho-acq"), otherDpll, sampled]), locked);
  assert.deepEqual(held.told, ["8 s: LOCKED to HOLDOVER: GNSS fix lost: no fix", "8 s: 6 to 7: GNSS fix lost: no fix"]);
});

test("stepTgm: a NIC behind whose DPLL is not locked makes the whole free-running", () => {
  const locked = run([started, allWell]);
  const broken = run([[{ part: "dpll", interfaceName: "ens2f0", observation: lock("unlocked") }]], locked);
  assert.deepEqual(broken.told[0], "3 s: LOCKED to FREERUN: the DPLL of ens2f0 is unlocked");
});

test("stepTgm: silence is told as such and no state outlives it", () => {
  const locked = run([started, allWell]);
  const silent = run(seconds(2000, []), locked);
  assert.match(silent.told[0] ?? "", /^7 s: LOCKED to HOLDOVER: the DPLL of ens1f0 told nothing for 5 s$/);
  assert.equal(silent.clock.status.state, "FREERUN");
  assert.equal(silent.clock.clockClass.value, 248);
});

test("a locked T-GM wants one write, has the time of day and follows its pulse; without GNSS it says what it lacks", () => {
  const locked = run([started, allWell]).clock;
  const utc = { currentUtcOffsetS: 37, leap61: false, leap59: false };
  const wanted = { clockClass: locked.clockClass.value, clockAccuracy: locked.clockAccuracy };
  const [write, ...rest] = tgmAnnouncePlan(wanted, "ptp4l.0.config", utc);
  assert.ok(write?.kind === "grandmaster-settings" && rest.length === 0);
  assert.deepEqual([write.configName, write.value.clockClass, write.value.timeSource], ["ptp4l.0.config", 6, 0x20]);
  const dpll = locked.dplls.get("ens1f0");
  assert.ok(dpll !== undefined && followsPulse(dpll) && hasTimeOfDay(locked.ts2phc) === true);
  const fault: TgmObservation = { part: "ts2phc", observation: { kind: "source-fault", fault: "no-fix" } };
  const lost = run([[fault, fault, leading("holdover")]], { clock: locked, ms: 2000 }).clock;
  const held = lost.dplls.get("ens1f0");
  assert.ok(held !== undefined && !followsPulse(held) && hasTimeOfDay(lost.ts2phc) === false);
  assert.equal(hasTimeOfDay(run([started]).clock.ts2phc), undefined);
});

test("stepTgm: keeps the laws of all machines, and LOCKED needs fresh samples in range", () => {
  for (const options of [under.tgmOptions, { ...under.tgmOptions, dplls: [] }])
    keepsLaws(under.tgmMachine(options), under.tgmObservations, {
      after: (_before, _observation, { state }, nowMs) => {
        if (state.status.state === "LOCKED") {
          const samples = [...state.ts2phc.samples.values()];
          assert.ok(samples.length > 0 && state.ts2phc.process.up);
          for (const { offsetNs, locked, at: seen } of samples)
            assert.ok(locked && Math.abs(offsetNs) < 100 && nowMs - seen.monotonicMs < 5000);
          for (const dpll of state.dplls.values())
            assert.ok(dpll.heardAt !== undefined && nowMs - dpll.heardAt.monotonicMs < 5000);
        }
        const classes = { LOCKED: [6], HOLDOVER: [7], FREERUN: [248], UNKNOWN: [248] };
        assert.ok(classes[state.status.state].includes(state.clockClass.value));
      },
    });
});

test("stepGnss, stepDpll, stepTs2phc: keep the laws of all machines", () => {
  keepsLaws(under.gnssMachine, under.gnssObservations, {
    after: (_before, _observation, { state }, nowMs) => {
      assert.notEqual(state.status.state, "HOLDOVER");
      assert.equal(state.status.state === "LOCKED", state.state.value === "SYNCHRONIZED");
      if (state.status.state === "LOCKED") assert.ok(nowMs - (state.fix?.at.monotonicMs ?? 0) < 5000);
    },
  });
  for (const source of ["gnss", "pps", "ptp4l"] as const) keepsLaws(under.dpllMachine(source), under.dpllObservations);
  keepsLaws(under.ts2phcMachine, under.ts2phcObservations);
});
