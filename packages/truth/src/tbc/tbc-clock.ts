import type { Instant } from "@ptp/node";
import type { CurrentDataSet, ParentDataSet, PortState, TimeProperties } from "@ptp/ptp";
import { initialDpllClock, stepDpll } from "../dpll/dpll-clock.ts";
import type { DpllClock, DpllObservation } from "../dpll/dpll-clock.ts";
import { inSpecMs } from "../dpll/holdover-parameters.ts";
import { earliestMs, settleFact, type Change, type Fact } from "../fact.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncStatus } from "../sync-machine.ts";
import type { ToldTime } from "./held-utc.ts";
import { tbcClass, type UpstreamData } from "./tbc-class.ts";
import { tbcCondition, type TbcParts } from "./tbc-condition.ts";
import type { TbcOptions } from "./tbc-options.ts";
import { noUpstreamPorts, observeUpstreamOffset, observeUpstreamPort, upstreamFreshnessMs } from "./upstream-ports.ts";
import type { UpstreamPorts } from "./upstream-ports.ts";

/** One observation of a T-BC: of its receiving ptp4l, the controlling profile's, or of a DPLL. */
export type TbcObservation =
  | { readonly kind: "process-up" }
  | { readonly kind: "process-down"; readonly detail: string }
  /** It lives and has answered nothing for too long. */
  | { readonly kind: "silent"; readonly detail: string }
  | { readonly kind: "port"; readonly interfaceName: string; readonly state: PortState }
  /** A Sync was measured. */
  | { readonly kind: "offset"; readonly offsetNs: number }
  | { readonly kind: "parent-data-set"; readonly dataSet: ParentDataSet }
  | { readonly kind: "time-properties-data-set"; readonly dataSet: TimeProperties }
  | { readonly kind: "current-data-set"; readonly dataSet: CurrentDataSet }
  /** The class of the grandmaster, where only a line tells it. */
  | { readonly kind: "upstream-class"; readonly clockClass: number }
  | { readonly kind: "dpll"; readonly interfaceName: string; readonly observation: DpllObservation }
  | { readonly kind: "tick" };

/** Everything known of one T-BC or T-TSC. */
export interface TbcClock {
  readonly status: SyncStatus;
  readonly clockClass: Fact<number>;
  /** `detail`: how it ended, or of one that is up why its ports are not known. */
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly ports: UpstreamPorts;
  readonly dplls: ReadonlyMap<string, DpllClock>;
  /** When time alone changes one of them, in monotonic milliseconds; Infinity: never. */
  readonly dpllTickMs: number;
  /** In holdover: the clock is still within `MaxInSpecOffset`. Once it is not, it stays so until it is locked again. */
  readonly inSpec: boolean;
  readonly parent?: ParentDataSet;
  readonly time?: ToldTime;
  readonly current?: CurrentDataSet;
  /** The grandmaster's class that a line told; its data set knows better. */
  readonly heardClass?: number;
  /** The grandmaster's class and time properties while the clock was last locked. */
  readonly lastClass?: number;
  readonly lastTime?: ToldTime;
}

/** What a T-BC or a DPLL of it did. */
export type TbcChange =
  | ({ readonly part: "dpll"; readonly interfaceName: string; readonly kind: "state" } & SyncChange)
  | ({ readonly part: "clock"; readonly kind: "state" } & SyncChange)
  | ({ readonly part: "clock"; readonly kind: "clock-class" } & Change<number>);

/** Outcome of one step; `nextTickMs`: when time alone changes something, in monotonic milliseconds. */
export interface TbcStep {
  readonly clock: TbcClock;
  readonly changes: readonly TbcChange[];
  readonly nextTickMs?: number;
}

/** A T-BC of which nothing was observed yet. */
export function initialTbcClock(now: Instant, { dplls, givesTime }: TbcOptions): TbcClock {
  const detail = "ptp4l has not started";
  return {
    status: initialSyncStatus(now, detail),
    clockClass: { value: givesTime ? 248 : 255, since: now, cause: [detail] },
    process: { up: false, detail },
    ports: noUpstreamPorts,
    dplls: new Map(dplls.map(({ interfaceName: name }) => [name, initialDpllClock(now, name)])),
    dpllTickMs: Infinity,
    inSpec: false,
  };
}

/** Takes in one observation and decides the states of the clock and of its DPLLs. Pure. */
export function stepTbc(clock: TbcClock, observation: TbcObservation, options: TbcOptions, now: Instant): TbcStep {
  const dplls = stepDplls(clock, observation, options, now);
  const before = { ...clock, dplls: dplls.clocks, dpllTickMs: dplls.nextTickMs ?? Infinity };
  const seen = observe(before, observation, options, now);
  const parts = dpllParts(seen, options);
  const { process, ports } = seen;
  const condition = tbcCondition({ status: clock.status, process, ports, dplls: parts }, options, now);
  // Without a DPLL nothing but the oscillator of the NIC holds the time.
  const holdoverMs = parts.length > 0 ? options.holdover.timeoutMs : options.limits.holdoverMs;
  const { status, change } = stepSync(clock.status, condition, { holdoverMs }, now);
  const decided = { ...seen, status, ...specOf(seen, status, options, now) };
  const classed = classify(decided, change, options, now);
  const after = classed.change === undefined ? decided : { ...decided, clockClass: classed.fact };
  const nextTickMs = earliestMs([dplls.nextTickMs, ...deadlines(after, options)], now);
  const changes = changesOf(dplls.changes, change, classed.change);
  return nextTickMs === undefined ? { clock: after, changes } : { clock: after, changes, nextTickMs };
}

function changesOf(
  ofDplls: readonly TbcChange[],
  change: SyncChange | undefined,
  classChange: Change<number> | undefined,
): readonly TbcChange[] {
  if (change === undefined && classChange === undefined) return ofDplls;
  return [
    ...ofDplls,
    ...(change ? [{ part: "clock", kind: "state", ...change } as const] : []),
    ...(classChange ? [{ part: "clock", kind: "clock-class", ...classChange } as const] : []),
  ];
}

function dpllParts({ dplls }: TbcClock, options: TbcOptions): TbcParts["dplls"] {
  return options.dplls.flatMap((dpll) => {
    const clock = dplls.get(dpll.interfaceName);
    return clock === undefined ? [] : { options: dpll, clock };
  });
}

/** All three data sets of the grandmaster, once they were told. */
export function upstreamData({ parent, time, current }: TbcClock): UpstreamData | undefined {
  return parent && time && current && { parent, timeProperties: time.value, current };
}

/** Offsets come many times a second, DPLLs change seldom: nothing is computed where nothing can have changed. */
function stepDplls(clock: TbcClock, observation: TbcObservation, options: TbcOptions, now: Instant) {
  const isQuiet = observation.kind !== "dpll" && now.monotonicMs < clock.dpllTickMs;
  if (isQuiet && options.dplls.every(({ interfaceName }) => clock.dplls.has(interfaceName))) {
    return { clocks: clock.dplls, changes: [], nextTickMs: clock.dpllTickMs };
  }
  const steps = options.dplls.map((dpll) => {
    const name = dpll.interfaceName;
    const isMeant = observation.kind === "dpll" && observation.interfaceName === name;
    const told = isMeant ? observation.observation : ({ kind: "tick" } as const);
    return { name, ...stepDpll(clock.dplls.get(name) ?? initialDpllClock(now, name), told, dpll, now) };
  });
  return {
    clocks: new Map(steps.map(({ name, clock: dpll }) => [name, dpll])),
    changes: steps.flatMap(({ name, change }) =>
      change ? [{ part: "dpll", interfaceName: name, kind: "state", ...change } as const] : [],
    ),
    nextTickMs: earliestMs(
      steps.map((step) => step.nextTickMs),
      now,
    ),
  };
}

function observe(clock: TbcClock, observation: TbcObservation, options: TbcOptions, now: Instant): TbcClock {
  const { kind } = observation;
  if (kind === "process-up") return { ...forget(clock), process: { up: true, detail: "" } };
  if (kind === "process-down") return { ...forget(clock), process: { up: false, detail: observation.detail } };
  if (!clock.process.up) return clock;
  switch (kind) {
    case "silent":
      return { ...forget(clock), process: { up: true, detail: observation.detail } };
    case "port": {
      const { interfaceName, state } = observation;
      if (!options.upstreamPorts.includes(interfaceName)) return clock;
      return { ...clock, ports: observeUpstreamPort(clock.ports, interfaceName, state) };
    }
    case "offset": {
      const leading = options.dplls.find(({ source, flags }) => source === "ptp4l" && !flags.noPhaseOffset);
      const localOffsetNs = leading && clock.dplls.get(leading.interfaceName)?.phaseOffsetNs;
      const ports = observeUpstreamOffset(clock.ports, observation.offsetNs, options.inSync, { localOffsetNs, now });
      return { ...clock, ports };
    }
    case "parent-data-set":
      return { ...clock, parent: observation.dataSet };
    case "time-properties-data-set":
      return { ...clock, time: { value: observation.dataSet, at: now } };
    case "current-data-set":
      return { ...clock, current: observation.dataSet };
    case "upstream-class":
      return { ...clock, heardClass: observation.clockClass };
    case "dpll":
    case "tick":
      return clock;
  }
}

/** What a dead or silent ptp4l said holds no longer. */
function forget(clock: TbcClock): TbcClock {
  const { parent: _parent, time: _time, current: _current, heardClass: _class, ...rest } = clock;
  return { ...rest, ports: noUpstreamPorts };
}

function specOf(clock: TbcClock, status: SyncStatus, options: TbcOptions, now: Instant): Partial<TbcClock> {
  const { parent, time, heardClass } = clock;
  if (status.state === "LOCKED") {
    const lastClass = parent?.grandmasterClockClass ?? heardClass ?? 248;
    return time === undefined ? { inSpec: true, lastClass } : { inSpec: true, lastClass, lastTime: time };
  }
  if (status.state !== "HOLDOVER") return { inSpec: false };
  const isOver = now.monotonicMs >= status.since.monotonicMs + inSpecMs(options.holdover);
  const leading = options.dplls.find(({ source }) => source === "ptp4l");
  const dpll = leading && clock.dplls.get(leading.interfaceName);
  const isFar = Math.abs(dpll?.phaseOffsetNs ?? 0) > options.holdover.maxInSpecOffsetNs;
  return { inSpec: clock.inSpec && !isOver && !isFar };
}

function classify(
  { status, inSpec, lastClass: upstreamClass, clockClass: before }: TbcClock,
  change: SyncChange | undefined,
  options: TbcOptions,
  now: Instant,
): ReturnType<typeof settleFact<number>> {
  const clockClass = tbcClass(status.state, { inSpec, upstreamClass, givesTime: options.givesTime });
  if (clockClass === before.value) return { fact: before };
  const reason = status.state === "LOCKED" ? "the grandmaster's class is another" : "out of specification";
  return settleFact(before, clockClass, change ? status.cause : [reason, ...status.cause], now);
}

function deadlines({ status, ports, inSpec }: TbcClock, { holdover }: TbcOptions): (number | undefined)[] {
  return [
    status.holdoverEndsMs,
    status.state === "HOLDOVER" && inSpec ? status.since.monotonicMs + inSpecMs(holdover) : undefined,
    ports.sampledAt && ports.sampledAt.monotonicMs + upstreamFreshnessMs,
  ];
}
