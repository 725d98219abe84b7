import fc from "fast-check";
import type { ClockIdentity, ParentDataSet, TimeProperties } from "@ptp/ptp";
import { clockLimits } from "../clock-limits.ts";
import {
  initialDpllClock,
  stepDpll,
  type DpllClock,
  type DpllObservation,
  type DpllOptions,
} from "../dpll/dpll-clock.ts";
import { dpllFlags, type DpllLockStatus } from "../dpll/lock-status.ts";
import { initialGnssReceiver, stepGnss, type GnssObservation, type GnssReceiver } from "../gnss/gnss-receiver.ts";
import type { SyncChange } from "../sync-machine.ts";
import { initialTbcClock, stepTbc, type TbcClock, type TbcObservation } from "../tbc/tbc-clock.ts";
import type { TbcOptions } from "../tbc/tbc-options.ts";
import { initialTgmClock, stepTgm } from "../tgm/tgm-clock.ts";
import type { TgmChange, TgmClock, TgmObservation, TgmOptions } from "../tgm/tgm-clock.ts";
import {
  initialTs2phcClock,
  stepTs2phc,
  ts2phcDeadlineMs,
  type Ts2phcClock,
  type Ts2phcObservation,
} from "../tgm/ts2phc-clock.ts";
import type { Machine } from "./machine-laws.ts";

/** Limits and holdover of all machines under test: in specification for 960 s of 14400 s. */
export const limits = clockLimits({});
export const holdover = { maxInSpecOffsetNs: 100, maxHoldoverOffsetNs: 1500, timeoutMs: 14_400_000 };

/** Offsets around the thresholds. */
export const offsets: fc.Arbitrary<number> = fc.constantFrom(0, 5, -99, 99, 100, -100, 101, -5000, 2000);

const down = { kind: "process-down", detail: "it ended with exit status 1" } as const;
const lifecycle = [{ kind: "process-up" }, { kind: "process-up" }, down, { kind: "tick" }] as const;

/** Receivers of GNSS. */
export const gnssMachine: Machine<GnssReceiver, GnssObservation> = {
  initial: initialGnssReceiver,
  step: (receiver, observation, now) => {
    const { receiver: state, changes, nextTickMs } = stepGnss(receiver, observation, limits, now);
    return {
      state,
      change: changes.flatMap((change) => (change.kind === "state" ? [withoutTags(change)] : []))[0],
      others: changes.filter(({ kind }) => kind !== "state"),
      nextTickMs,
    };
  },
  statusOf: ({ status }) => status,
  tick: { kind: "tick" },
};

/** What receivers may tell, mostly good news. */
export const gnssObservations: fc.Arbitrary<GnssObservation> = fc.oneof(
  fc.constantFrom<GnssObservation>(...lifecycle),
  fc.constantFrom("ok", "open", "short", "unknown").map((antenna): GnssObservation => ({ kind: "antenna", antenna })),
  fc.record({
    kind: fc.constant("status" as const),
    fix: fc.constantFrom(3, 3, 3, 5, 0, 1, 2, 4),
    timeAccuracyNs: fc.constantFrom(23, 5, 100, 101, 5000),
  }),
  fc.constantFrom<GnssObservation>({ kind: "status", fix: 3 }, { kind: "status", timeAccuracyNs: 5 }),
);

/** Options of a DPLL behind that source. */
export function dpllOptions(source: DpllOptions["source"], interfaceName = "ens1f0"): DpllOptions {
  return { interfaceName, source, flags: dpllFlags(undefined), limits, holdover };
}

/** DPLLs behind that source. */
export function dpllMachine(source: DpllOptions["source"]): Machine<DpllClock, DpllObservation> {
  return {
    initial: (now) => initialDpllClock(now, "ens1f0"),
    step: (clock, observation, now) => {
      const { clock: state, change, nextTickMs } = stepDpll(clock, observation, dpllOptions(source), now);
      return { state, change, nextTickMs };
    },
    statusOf: ({ status }) => status,
    tick: { kind: "tick" },
  };
}

const lockStatuses = fc.constantFrom<DpllLockStatus>(
  "locked-ho-acq",
  "locked-ho-acq",
  "locked",
  "holdover",
  "unlocked",
  "invalid",
  "unknown",
);

/** What DPLLs may tell. */
export const dpllObservations: fc.Arbitrary<DpllObservation> = fc.oneof(
  fc.record({ kind: fc.constant("status" as const), eec: lockStatuses, pps: lockStatuses, phaseOffsetNs: offsets }),
  fc.record({ kind: fc.constant("status" as const), pps: lockStatuses }),
  fc.constantFrom<DpllObservation>(
    { kind: "status", eec: "locked-ho-acq", pps: "locked-ho-acq", phaseOffsetNs: 3 },
    { kind: "status", eec: "holdover", pps: "holdover" },
    { kind: "silent", detail: "the DPLL cannot be read" },
    { kind: "tick" },
  ),
);

/** ts2phc. */
export const ts2phcMachine: Machine<Ts2phcClock, Ts2phcObservation> = {
  initial: initialTs2phcClock,
  step: (clock, observation, now) => {
    const { clock: state, change } = stepTs2phc(clock, observation, { ...limits, holdover }, now);
    return { state, change, nextTickMs: ts2phcDeadlineMs(state) };
  },
  statusOf: ({ status }) => status,
  tick: { kind: "tick" },
};

/** What ts2phc may tell. */
export const ts2phcObservations: fc.Arbitrary<Ts2phcObservation> = fc.oneof(
  fc.constantFrom<Ts2phcObservation>(...lifecycle),
  fc.record({
    kind: fc.constant("sample" as const),
    clock: fc.constantFrom("ens1f0", "/dev/ptp6"),
    offsetNs: offsets,
    locked: fc.constantFrom(true, true, true, false),
    holdover: fc.constantFrom(false, false, true),
  }),
  fc.constantFrom<Ts2phcObservation>(
    { kind: "sample", clock: "ens1f0", offsetNs: 3, locked: true },
    { kind: "source-fault", fault: "timestamp-invalid" },
    { kind: "source-fault", fault: "no-fix" },
  ),
);

/** A T-GM of two NICs with a DPLL each, the first one behind GNSS. */
export const tgmOptions: TgmOptions = {
  limits,
  holdover,
  dplls: [dpllOptions("gnss", "ens1f0"), dpllOptions("pps", "ens2f0")],
};

/** T-GM with those options. */
export function tgmMachine(options: TgmOptions): Machine<TgmClock, TgmObservation> {
  return {
    initial: (now) => initialTgmClock(now, options),
    step: (clock, observation, now) => {
      const { clock: state, changes, nextTickMs } = stepTgm(clock, observation, options, now);
      const isOwn = (change: TgmChange) => change.part === "clock" && change.kind === "state";
      return {
        state,
        change: changes.flatMap((change) =>
          change.part === "clock" && change.kind === "state" ? [withoutTags(change)] : [],
        )[0],
        others: changes.filter((change) => !isOwn(change)),
        nextTickMs,
      };
    },
    statusOf: ({ status }) => status,
    tick: { part: "tick" },
  };
}

const up = { kind: "process-up" } as const;
const goodDpll = { kind: "status", eec: "locked-ho-acq", pps: "locked-ho-acq", phaseOffsetNs: 3 } as const;
const farDpll = { kind: "status", eec: "holdover", pps: "holdover", phaseOffsetNs: 600 } as const;
const heldDpll = { kind: "status", eec: "holdover", pps: "holdover" } as const;
const badNews: readonly TgmObservation[] = [
  { part: "gnss", observation: { kind: "status", fix: 0 } },
  { part: "dpll", interfaceName: "ens1f0", observation: heldDpll },
];

function isProcess({ part, ...rest }: TgmObservation): boolean {
  return part !== "tick" && "observation" in rest && rest.observation.kind.startsWith("process");
}

/** What the parts of a T-GM may tell. */
export const tgmObservations: fc.Arbitrary<TgmObservation> = fc.oneof(
  gnssObservations.map((observation): TgmObservation => ({ part: "gnss", observation })),
  fc
    .tuple(fc.constantFrom("ens1f0", "ens2f0"), dpllObservations)
    .map(([interfaceName, observation]): TgmObservation => ({ part: "dpll", interfaceName, observation })),
  ts2phcObservations.map((observation): TgmObservation => ({ part: "ts2phc", observation })),
  fc.constant<TgmObservation>({ part: "tick" }),
);

/** The same, with so much good news among it that the clock is often locked. */
export const tgmWalks: fc.Arbitrary<TgmObservation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom<TgmObservation>(
      { part: "gnss", observation: { kind: "status", fix: 3, timeAccuracyNs: 5 } },
      { part: "dpll", interfaceName: "ens1f0", observation: goodDpll },
      { part: "dpll", interfaceName: "ens2f0", observation: goodDpll },
      { part: "ts2phc", observation: { kind: "sample", clock: "ens1f0", offsetNs: 3, locked: true } },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("gnss", "ts2phc").map((part): TgmObservation => ({ part, observation: up })),
  },
  { weight: 1, arbitrary: tgmObservations.filter((each) => !isProcess(each)) },
  { weight: 1, arbitrary: fc.constantFrom<TgmObservation>(...badNews) },
);

/** A T-BC with a DPLL that its NIC disciplines, and one behind it. */
export const tbcOptions: TbcOptions = {
  limits,
  holdover,
  inSync: { filterSize: 4, thresholdNs: 100, times: 2 },
  upstreamPorts: ["ens1f0", "ens1f1"],
  dplls: [dpllOptions("ptp4l", "ens1f0"), dpllOptions("pps", "ens2f0")],
  givesTime: true,
};

/** T-BC with those options. */
export function tbcMachine(options: TbcOptions): Machine<TbcClock, TbcObservation> {
  return {
    initial: (now) => initialTbcClock(now, options),
    step: (clock, observation, now) => {
      const { clock: state, changes, nextTickMs } = stepTbc(clock, observation, options, now);
      const own = changes.find((change) => change.part === "clock" && change.kind === "state");
      return {
        state,
        change: changes.flatMap((change) =>
          change.part === "clock" && change.kind === "state" ? [withoutTags(change)] : [],
        )[0],
        others: changes.filter((change) => change !== own),
        nextTickMs,
      };
    },
    statusOf: ({ status }) => status,
    tick: { kind: "tick" },
  };
}

/** A grandmaster of that class. */
export function parentOf(grandmasterClockClass: number): ParentDataSet {
  const grandmasterIdentity = "aabbcc.fffe.ddeeff" as ClockIdentity;
  return {
    parentPortIdentity: { clockIdentity: grandmasterIdentity, portNumber: 1 },
    parentStats: false,
    observedParentOffsetScaledLogVariance: 0xffff,
    observedParentClockPhaseChangeRate: 0,
    grandmasterPriority1: 128,
    grandmasterClockClass,
    grandmasterClockAccuracy: 0x21,
    grandmasterOffsetScaledLogVariance: 0x4e5d,
    grandmasterPriority2: 128,
    grandmasterIdentity,
  };
}

/** What a grandmaster behind GNSS says of its time scale. */
export const gnssTime: TimeProperties = {
  currentUtcOffsetS: 37,
  leap61: false,
  leap59: false,
  currentUtcOffsetValid: true,
  ptpTimescale: true,
  timeTraceable: true,
  frequencyTraceable: true,
  synchronizationUncertain: false,
  timeSource: 0x20,
};

/** What a T-BC may be told, mostly good news. */
export const tbcObservations: fc.Arbitrary<TbcObservation> = fc.oneof(
  fc.constantFrom<TbcObservation>(...lifecycle),
  fc.record({
    kind: fc.constant("port" as const),
    interfaceName: fc.constantFrom("ens1f0", "ens1f1", "ens9f0"),
    state: fc.constantFrom("TIME_RECEIVER", "TIME_RECEIVER", "LISTENING", "PASSIVE", "FAULTY"),
  }),
  fc.record({ kind: fc.constant("offset" as const), offsetNs: offsets }),
  fc.constant<TbcObservation>({ kind: "offset", offsetNs: 3 }),
  fc.constantFrom(6, 7, 248).map((each): TbcObservation => ({ kind: "parent-data-set", dataSet: parentOf(each) })),
  fc.constantFrom<TbcObservation>(
    { kind: "time-properties-data-set", dataSet: gnssTime },
    { kind: "current-data-set", dataSet: { stepsRemoved: 1, offsetNs: 0, meanPathDelayNs: 100 } },
    { kind: "upstream-class", clockClass: 7 },
    { kind: "silent", detail: "ptp4l has not answered" },
  ),
  fc
    .tuple(fc.constantFrom("ens1f0", "ens2f0"), dpllObservations)
    .map(([interfaceName, observation]): TbcObservation => ({ kind: "dpll", interfaceName, observation })),
);

/** The same, with so much good news among it that the clock is often locked. */
export const tbcWalks: fc.Arbitrary<TbcObservation> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<TbcObservation>({ kind: "offset", offsetNs: 3 }) },
  {
    weight: 8,
    arbitrary: fc.constantFrom<TbcObservation>(
      { kind: "dpll", interfaceName: "ens1f0", observation: goodDpll },
      { kind: "dpll", interfaceName: "ens2f0", observation: goodDpll },
      { kind: "port", interfaceName: "ens1f0", state: "TIME_RECEIVER" },
      { kind: "parent-data-set", dataSet: parentOf(6) },
      { kind: "time-properties-data-set", dataSet: gnssTime },
      { kind: "current-data-set", dataSet: { stepsRemoved: 1, offsetNs: 0, meanPathDelayNs: 100 } },
    ),
  },
  { weight: 1, arbitrary: fc.constant<TbcObservation>(up) },
  { weight: 1, arbitrary: tbcObservations },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(heldDpll, farDpll)
      .map((observation): TbcObservation => ({ kind: "dpll", interfaceName: "ens1f0", observation })),
  },
);

/** What moves the class of a T-BC with one DPLL, whose grandmaster is locked. */
export const tbcClassWalks: fc.Arbitrary<TbcObservation> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<TbcObservation>({ kind: "offset", offsetNs: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<TbcObservation>(
      up,
      { kind: "port", interfaceName: "ens1f0", state: "TIME_RECEIVER" },
      { kind: "port", interfaceName: "ens1f0", state: "LISTENING" },
    ),
  },
  { weight: 2, arbitrary: fc.constant<TbcObservation>({ kind: "parent-data-set", dataSet: parentOf(6) }) },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom<DpllObservation>(goodDpll, goodDpll, goodDpll, heldDpll, farDpll, {
        kind: "status",
        pps: "unlocked",
      })
      .map((observation): TbcObservation => ({ kind: "dpll", interfaceName: "ens1f0", observation })),
  },
);

function withoutTags({ from, to, at, cause }: SyncChange): SyncChange {
  return { from, to, at, cause };
}
