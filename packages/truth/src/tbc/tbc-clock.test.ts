import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClockIdentity } from "@ptp/ptp";
import { at, keepsLaws } from "../testing/machine-laws.ts";
import * as under from "../testing/machines.ts";
import { tbcAnnouncePlan } from "./tbc-class.ts";
import { initialTbcClock, stepTbc, upstreamData, type TbcClock, type TbcObservation } from "./tbc-clock.ts";
import type { TbcOptions } from "./tbc-options.ts";

const noDpll: TbcOptions = { ...under.tbcOptions, dplls: [] };

/** Runs one list of observations per second; tells the changes of the clock itself. */
function run(
  seconds: readonly (readonly TbcObservation[])[],
  { options = under.tbcOptions, from }: { options?: TbcOptions; from?: { clock: TbcClock; ms: number } } = {},
) {
  let clock = from?.clock ?? initialTbcClock(at(0), options);
  let ms = from?.ms ?? 0;
  const told: string[] = [];
  for (const observations of seconds) {
    ms += 1000;
    for (const observation of observations.length === 0 ? [{ kind: "tick" } as const] : observations) {
      const step = stepTbc(clock, observation, options, at(ms));
      clock = step.clock;
      for (const change of step.changes)
        if (change.part === "clock")
          told.push(`${ms / 1000} s: ${change.from} to ${change.to}: ${change.cause.join(" < ")}`);
    }
  }
  return { clock, ms, told };
}

const repeat = (count: number, observations: readonly TbcObservation[]) =>
  Array.from({ length: count }, () => observations);

function dpll(interfaceName: string, status: "locked-ho-acq" | "holdover" | "unlocked", phaseOffsetNs = 2) {
  return {
    kind: "dpll",
    interfaceName,
    observation: { kind: "status", eec: status, pps: status, phaseOffsetNs },
  } as const;
}

const offset = (offsetNs: number): TbcObservation => ({ kind: "offset", offsetNs });
const upstream: readonly TbcObservation[] = [
  { kind: "process-up" },
  { kind: "parent-data-set", dataSet: under.parentOf(6) },
  { kind: "time-properties-data-set", dataSet: under.gnssTime },
  { kind: "current-data-set", dataSet: { stepsRemoved: 1, offsetNs: 0, meanPathDelayNs: 100 } },
  { kind: "port", interfaceName: "ens1f0", state: "TIME_RECEIVER" },
];
const hardware = [dpll("ens1f0", "locked-ho-acq"), dpll("ens2f0", "locked-ho-acq")];
const settled = [upstream, ...repeat(5, [...hardware, offset(5)])];
const portLost: TbcObservation = { kind: "port", interfaceName: "ens1f0", state: "LISTENING" };

test("stepTbc: locks on a filter full of good offsets, with its grandmaster's class", () => {
  const { told, clock } = run(settled);
  const wanted = "ens1f0 receives time, mean of 4 offsets below 100 ns awaited";
  assert.deepEqual(told, [
    `2 s: UNKNOWN to FREERUN: ${wanted}`,
    "6 s: FREERUN to LOCKED: ens1f0 receives time, offset within thresholds",
    "6 s: 248 to 6: ens1f0 receives time, offset within thresholds",
  ]);
  assert.equal(upstreamData(clock)?.current.stepsRemoved, 1);
});

test("stepTbc: upstream loss is 135, out of specification 165, the end of holdover 248", () => {
  const locked = run(settled);
  const held = [dpll("ens1f0", "holdover"), dpll("ens2f0", "locked-ho-acq")];
  const lost = run([[portLost, ...held], ...repeat(14_400, held)], { from: locked });
  assert.deepEqual(lost.told, [
    "7 s: LOCKED to HOLDOVER: no upstream port receives time: ens1f0 LISTENING",
    "7 s: 6 to 135: no upstream port receives time: ens1f0 LISTENING",
    "967 s: 135 to 165: out of specification < no upstream port receives time: ens1f0 LISTENING",
    "14407 s: HOLDOVER to FREERUN: holdover of 14400 s expired: the DPLL of ens1f0 is in holdover",
    "14407 s: 165 to 248: holdover of 14400 s expired: the DPLL of ens1f0 is in holdover",
  ]);
});

test("stepTbc: an offset beyond MaxInSpecOffset is out of specification until it is locked again", () => {
  const locked = run(settled);
  const far = run([[portLost], [dpll("ens1f0", "holdover", 600)], [dpll("ens1f0", "holdover", 10)]], { from: locked });
  assert.equal(far.clock.clockClass.value, 165);
  const back = run([[upstream[4] ?? portLost], ...repeat(5, [...hardware, offset(5)])], { from: far });
  assert.deepEqual([back.clock.status.state, back.clock.clockClass.value], ["LOCKED", 6]);
});

test("stepTbc: in holdover the class is never better than that of the grandmaster it followed", () => {
  const poor = [...upstream.slice(0, 4), { kind: "parent-data-set", dataSet: under.parentOf(248) } as const];
  const locked = run([[...poor, ...upstream.slice(4)], ...repeat(5, [...hardware, offset(5)])]);
  const held = run([[portLost]], { from: locked });
  assert.deepEqual([held.clock.status.state, held.clock.clockClass.value], ["HOLDOVER", 248]);
});

test("stepTbc: another upstream port is held over until it proves good", () => {
  const two = run([...settled, [{ kind: "port", interfaceName: "ens1f1", state: "UNCALIBRATED" }]], {});
  const switched = run(
    [
      [{ kind: "port", interfaceName: "ens1f1", state: "TIME_RECEIVER" }, ...hardware],
      ...repeat(5, [...hardware, offset(-5)]),
    ],
    { from: two },
  );
  assert.deepEqual(
    switched.told.map((line) => line.split(":")[1]),
    [" LOCKED to HOLDOVER", " 6 to 135", " HOLDOVER to LOCKED", " 135 to 6"],
  );
  assert.equal(switched.clock.ports.activePort, "ens1f1");
});

test("stepTbc: without a DPLL holdOverTimeout bounds holdover, and a silent upstream is lost after 2 s", () => {
  const locked = run([upstream, ...repeat(5, [offset(5)])], { options: noDpll });
  assert.equal(locked.clock.status.state, "LOCKED");
  const silent = run(repeat(10, []), { options: noDpll, from: locked });
  assert.deepEqual(
    silent.told.filter((line) => line.includes("FREERUN") || line.includes("LOCKED")),
    [
      "8 s: LOCKED to HOLDOVER: ens1f0 got no Sync for 2 s",
      "13 s: HOLDOVER to FREERUN: holdover of 5 s expired < ens1f0 got no Sync for 2 s",
    ],
  );
});

test("stepTbc: a T-TSC is 255 whatever its state, and announces nothing", () => {
  const ttsc = { ...noDpll, givesTime: false };
  const { clock, told } = run([upstream, ...repeat(5, [offset(5)])], { options: ttsc });
  assert.deepEqual([clock.status.state, clock.clockClass.value, told.length], ["LOCKED", 255, 2]);
});

test("tbcAnnouncePlan: in holdover the last known UTC offset still holds", () => {
  const settings = tbcAnnouncePlan(
    {
      state: "HOLDOVER",
      clockClass: 135,
      upstream: undefined,
      lastTimeProperties: { ...under.gnssTime, leap61: true },
      utc: { currentUtcOffsetS: 36, leap61: false, leap59: false },
    },
    {
      receiver: "ptp4l.0.config",
      transmitters: ["ptp4l.1.config"],
      clockIdentity: "001122.fffe.334455" as ClockIdentity,
    },
  ).flatMap((write) => (write.kind === "grandmaster-settings" ? [[write.configName, write.value]] : []));
  const value = {
    ...under.gnssTime,
    clockClass: 135,
    clockAccuracy: 0xfe,
    offsetScaledLogVariance: 0xffff,
    leap61: true,
    frequencyTraceable: false,
    timeSource: 0xa0,
  };
  assert.deepEqual(settings, [
    ["ptp4l.1.config", value],
    ["ptp4l.0.config", value],
  ]);
});

test("stepTbc: keeps the laws of all machines, and LOCKED needs a fresh sample of an active port", () => {
  for (const options of [under.tbcOptions, noDpll, { ...noDpll, givesTime: false }])
    keepsLaws(under.tbcMachine(options), under.tbcObservations, {
      after: (_before, _observation, { state }, nowMs) => {
        const { status, ports, clockClass } = state;
        if (status.state === "LOCKED") {
          assert.ok(ports.activePort !== undefined && ports.settled && state.process.up);
          assert.ok(nowMs - (ports.sampledAt?.monotonicMs ?? 0) < 2000);
          const mean = ports.offsetsNs.reduce((sum, each) => sum + Math.abs(each), 0) / ports.offsetsNs.length;
          assert.ok(mean <= under.holdover.maxHoldoverOffsetNs, "in range");
        }
        const classes = { LOCKED: [6, 7, 248], HOLDOVER: [135, 165, 248], FREERUN: [248], UNKNOWN: [248] };
        assert.ok((options.givesTime ? classes[status.state] : [255]).includes(clockClass.value));
      },
    });
});
