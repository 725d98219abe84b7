import type { Instant } from "@ptp/node";
import type { ClockLimits } from "../clock-limits.ts";
import type { HaWatch } from "../ha/ha-watch.ts";
import type { SystemClockReading } from "../node-view.ts";
import {
  hearPtpClock,
  initialPtpClock,
  stepPtpClock,
  type PtpClock,
  type PtpClockLimits,
  type PtpClockObservation,
} from "../ptp-clock.ts";
import {
  initialSampledClock,
  stepSampledClock,
  type SampledClock,
  type SampledClockLimits,
  type SampledClockObservation,
} from "../sampled-clock.ts";
import type { SyncChange, SyncStatus } from "../sync-machine.ts";
import type { WatchedProcess, WatchedPtp4l } from "./watched-plan.ts";

/** A ptp4l's clock with what was learnt on the way to its observations. */
export interface NodePtpClock {
  readonly kind: "ptp";
  readonly watched: WatchedPtp4l;
  readonly limits: PtpClockLimits;
  readonly clock: PtpClock;
  /** Management has answered since the process started: what the log tells of ports and offsets it tells better. */
  readonly managed: boolean;
  /** Measurements taken from lines: each is a new one. */
  readonly linesMeasured: number;
  /** No line told a port's state yet, and an offset was measured: the first port was taken for the receiving one. */
  readonly guessed: boolean;
}

/** The system clock as one phc2sys steers it. */
export interface NodeSystemClock {
  readonly kind: "system";
  readonly watched: WatchedProcess;
  readonly limits: SampledClockLimits;
  /** What phc2sys measures. */
  readonly clock: SampledClock;
  /** What that and the source make of it: what is shown. Decided when a step is concluded. */
  readonly status: SyncStatus;
  readonly reading?: SystemClockReading;
  /** Absent: its profile has no `haProfiles`. */
  readonly ha?: HaWatch;
}

/** A clock of a node. */
export type NodeClock = NodePtpClock | NodeSystemClock;

/** The clocks of ptp4l and phc2sys of a node. */
export interface ClockTable {
  readonly clocks: readonly NodeClock[];
  /** Place in `clocks` by the key of the process that tells of it. */
  readonly placeByKey: ReadonlyMap<string, number>;
}

/** The clock that this process tells of. */
export function clockOf({ clocks, placeByKey }: ClockTable, key: string): NodeClock | undefined {
  const place = placeByKey.get(key);
  return place === undefined ? undefined : clocks[place];
}

/** Of a ptp4l's clock what is known; undefined if this is no ptp4l. */
export function ptpClockOf(table: ClockTable, key: string): PtpClock | undefined {
  const node = clockOf(table, key);
  return node?.kind === "ptp" ? node.clock : undefined;
}

/** phc2sys prints at least once per 2 s with the interval we inject; three of them missing is silence. */
const freshnessMs = 6_000;

/** Limits of the system clock in a profile. */
export function systemClockLimits(limits: ClockLimits): SampledClockLimits {
  return { ...limits, downtimeMs: limits.phc2sysDowntimeMs, freshnessMs };
}

/** A ptp4l's clock of which nothing is known yet. */
export function initialNodePtpClock(watched: WatchedPtp4l, limits: ClockLimits, now: Instant): NodePtpClock {
  return {
    kind: "ptp",
    watched,
    limits,
    clock: initialPtpClock(now),
    managed: false,
    linesMeasured: 0,
    guessed: false,
  };
}

/** A system clock of which nothing is known yet. */
export function initialNodeSystemClock(watched: WatchedProcess, limits: ClockLimits, now: Instant): NodeSystemClock {
  const clock = initialSampledClock(now, watched.program);
  return { kind: "system", watched, limits: systemClockLimits(limits), clock, status: clock.status };
}

/** Without what only a running phc2sys tells. */
export function forgetLines(node: NodeSystemClock): NodeSystemClock {
  const { reading: _, ha, ...rest } = node;
  return { ...rest, ...(ha && { ha: { ...ha, seen: new Map() } }) };
}

/** A clock after a step, and the transitions it made. */
export interface ClockStep {
  readonly node: NodeClock;
  readonly changes: readonly SyncChange[];
}

const none: readonly SyncChange[] = [];

/**
 * Folds observations into a ptp4l's clock. A round, which ends by telling the time, is decided on as a whole: its measurement
 * comes after the ports, and before it the last one of an agent that has slept is an old one.
 */
export function stepNodePtpClock(
  node: NodePtpClock,
  observations: readonly PtpClockObservation[],
  now: Instant,
): ClockStep {
  const [only] = observations;
  if (only !== undefined && observations.length === 1) return stepOnce(node, only, node.linesMeasured, now);
  let { clock } = node;
  let changes = none;
  const isRound = observations.at(-1)?.kind === "tick";
  for (const observation of observations) {
    if (isRound && observation.kind !== "tick") {
      clock = hearPtpClock(clock, observation, now);
      continue;
    }
    const step = stepPtpClock(clock, observation, node.limits, now);
    ({ clock } = step);
    if (step.change !== undefined) changes = [...changes, step.change];
  }
  return { node: { ...node, clock }, changes };
}

/** Takes one observation into a ptp4l's clock; `linesMeasured`: with it. Most lines are one: nothing is copied twice. */
export function stepOnce(
  node: NodePtpClock,
  observation: PtpClockObservation,
  linesMeasured: number,
  now: Instant,
): ClockStep {
  const { clock, change } = stepPtpClock(node.clock, observation, node.limits, now);
  return { node: { ...node, linesMeasured, clock }, changes: change === undefined ? none : [change] };
}

/** Takes one observation into a system clock. What changes with it is told when the step is concluded. */
export function stepNodeSystemClock(
  node: NodeSystemClock,
  observation: SampledClockObservation,
  now: Instant,
): ClockStep {
  const { clock } = stepSampledClock(node.clock, observation, node.limits, now);
  return { node: { ...node, clock }, changes: none };
}
