import type { SyncState } from "@ptp/node";
import type { ClockIdentity } from "@ptp/ptp";
import type { DpllObservation } from "../dpll/dpll-clock.ts";
import { tbcAnnouncePlan, type UpstreamData } from "../tbc/tbc-class.ts";
import { initialTbcClock, stepTbc, upstreamData, type TbcObservation } from "../tbc/tbc-clock.ts";
import type { TbcOptions } from "../tbc/tbc-options.ts";
import { initialTgmClock, stepTgm, type TgmObservation } from "../tgm/tgm-clock.ts";
import { initialTs2phcClock, stepTs2phc } from "../tgm/ts2phc-clock.ts";
import { at } from "./machine-laws.ts";
import { dpllOptions, gnssTime, holdover, limits, parentOf } from "./machines.ts";

/** States as the existing stack writes them. */
export type Letter = "s0" | "s1" | "s2";

/** What the letters mean. */
export const stateOf: Readonly<Record<Letter, SyncState>> = { s0: "FREERUN", s1: "HOLDOVER", s2: "LOCKED" };

/** The letter of a state as it is shown outside. */
export function letterOf(state: SyncState): Letter {
  return state === "LOCKED" ? "s2" : state === "HOLDOVER" ? "s1" : "s0";
}

/** One step of a T-GM vector. */
export interface TgmGiven {
  readonly steps: readonly {
    readonly events: readonly {
      readonly source: "gnss" | "dpll" | "ts2phc";
      readonly iface: string;
      readonly state?: Letter;
      readonly gps_status?: number;
      readonly source_lost?: boolean;
    }[];
  }[];
}

/** Plays the events, whose parts are driven into the states they name; tells state and class after each step. */
export function tgmSteps({ steps }: TgmGiven, { fromLocked = false } = {}) {
  const names = steps.flatMap(({ events }) => events.flatMap((each) => (each.source === "dpll" ? [each.iface] : [])));
  const dplls = [...new Set(names)].map((name, index) => dpllOptions(index === 0 ? "gnss" : "pps", name));
  const options = { limits, holdover, dplls };
  let clock = initialTgmClock(at(0), options);
  let ms = 1000;
  const feed = (observation: TgmObservation) => {
    ({ clock } = stepTgm(clock, observation, options, at(ms)));
  };
  const [leading, ...followers] = dplls.map(({ interfaceName }) => interfaceName);
  for (const part of ["gnss", "ts2phc"] as const) feed({ part, observation: { kind: "process-up" } });
  // A DPLL that is configured and has told nothing is not known to be locked.
  for (const interfaceName of followers) feed({ part: "dpll", interfaceName, observation: dpllIn("s2") });
  if (fromLocked) {
    feed({ part: "gnss", observation: { kind: "status", fix: 3, timeAccuracyNs: 5 } });
    if (leading !== undefined) feed({ part: "dpll", interfaceName: leading, observation: dpllIn("s2") });
    feed({ part: "ts2phc", observation: ts2phcIn("s2") });
  }
  return steps.map(({ events }) => {
    ms += 100;
    for (const { source, iface: interfaceName, state = "s2", source_lost: isLost } of events) {
      if (source === "gnss")
        feed({ part: "gnss", observation: { kind: "status", fix: isLost === true ? 0 : 3, timeAccuracyNs: 5 } });
      else if (source === "dpll") feed({ part: "dpll", interfaceName, observation: dpllIn(state) });
      else feed({ part: "ts2phc", observation: ts2phcIn(state) });
    }
    return { state: letterOf(clock.status.state), clock_class: clock.clockClass.value };
  });
}

function dpllIn(state: Letter, phaseOffsetNs = 2): DpllObservation {
  const status = ({ s0: "unlocked", s1: "holdover", s2: "locked-ho-acq" } as const)[state];
  return { kind: "status", eec: status, pps: status, phaseOffsetNs };
}

function ts2phcIn(state: Letter) {
  const clock = "ens1f0";
  return { kind: "sample", clock, offsetNs: 3, locked: state !== "s0", holdover: state === "s1" } as const;
}

/** State of a locked ts2phc that measures this next, with that servo state. */
export function ts2phcState(servo: string, offsetNs: number): string {
  const tell = { ...limits, holdover };
  let { clock } = stepTs2phc(initialTs2phcClock(at(0)), { kind: "process-up" }, tell, at(0));
  ({ clock } = stepTs2phc(clock, ts2phcIn("s2"), tell, at(1)));
  const measured = { locked: servo !== "FREERUN", holdover: servo === "HOLDOVER" };
  const sample = { kind: "sample", clock: "ens1f0", offsetNs, ...measured } as const;
  return stepTs2phc(clock, sample, tell, at(2)).clock.status.state;
}

const tbcOptions: TbcOptions = {
  limits,
  holdover: { maxInSpecOffsetNs: 500, maxHoldoverOffsetNs: 1500, timeoutMs: 14_400_000 },
  inSync: { filterSize: 10, thresholdNs: 100, times: 1 },
  upstreamPorts: ["ens1f0"],
  dplls: [dpllOptions("ptp4l", "ens1f0")],
  givesTime: true,
};

function dpll(state: Letter, phaseOffsetNs: number): TbcObservation {
  return { kind: "dpll", interfaceName: "ens1f0", observation: dpllIn(state, phaseOffsetNs) };
}

const locking: readonly TbcObservation[] = [
  { kind: "process-up" },
  { kind: "parent-data-set", dataSet: parentOf(6) },
  { kind: "time-properties-data-set", dataSet: gnssTime },
  { kind: "current-data-set", dataSet: { stepsRemoved: 1, offsetNs: 10, meanPathDelayNs: 100 } },
  { kind: "port", interfaceName: "ens1f0", state: "TIME_RECEIVER" },
  dpll("s2", 10),
  ...Array.from({ length: 10 }, () => ({ kind: "offset", offsetNs: 10 }) as const),
];

function playTbc(observations: readonly TbcObservation[]) {
  let clock = initialTbcClock(at(0), tbcOptions);
  for (const [index, observation] of observations.entries())
    ({ clock } = stepTbc(clock, observation, tbcOptions, at(1000 + index)));
  const { state } = clock.status;
  const plan = tbcAnnouncePlan(
    {
      state,
      clockClass: clock.clockClass.value,
      upstream: upstreamData(clock),
      lastTimeProperties: clock.lastTime?.value,
      utc: { currentUtcOffsetS: 37, leap61: false, leap59: false },
    },
    {
      receiver: "ptp4l.0.config",
      transmitters: ["ptp4l.1.config"],
      clockIdentity: "001122.fffe.334455" as ClockIdentity,
    },
  );
  return { state: letterOf(state), clockClass: clock.clockClass.value, plan };
}

/** A T-BC in time. */
export function tbcLocked() {
  return playTbc(locking);
}

/** One that lost its upstream, and whose DPLL then tells this phase offset. */
export function tbcLost(phaseOffsetNs = 10) {
  return playTbc([...locking, { kind: "port", interfaceName: "ens1f0", state: "FAULTY" }, dpll("s1", phaseOffsetNs)]);
}

/** Upstream data of a vector. */
export interface GivenUpstream {
  readonly grandmasterIdentity: string;
  readonly stepsRemoved: number;
}

/** The same as data sets. */
export function upstreamOf({ grandmasterIdentity, stepsRemoved }: GivenUpstream): UpstreamData {
  return {
    parent: { ...parentOf(6), grandmasterIdentity: grandmasterIdentity as ClockIdentity },
    timeProperties: gnssTime,
    current: { stepsRemoved, offsetNs: 0, meanPathDelayNs: 0 },
  };
}
