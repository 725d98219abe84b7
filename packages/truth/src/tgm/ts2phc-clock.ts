import type { Instant } from "@ptp/node";
import type { SourceFaultName } from "@ptp/ptp";
import { outOfRange, type ClockLimits } from "../clock-limits.ts";
import { inSpecMs, type HoldoverParameters } from "../dpll/holdover-parameters.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "../sync-machine.ts";

/** One observation of a ts2phc, all of its log. */
export type Ts2phcObservation =
  | { readonly kind: "process-up" }
  | { readonly kind: "process-down"; readonly detail: string }
  | {
      readonly kind: "sample";
      /** The clock it steers: an interface or `/dev/ptpN`. */
      readonly clock: string;
      /** What ts2phc itself calls it; absent: the same. */
      readonly device?: string;
      readonly offsetNs: number;
      /** What the servo says; absent where the line has no servo state. */
      readonly locked?: boolean;
      /** The pulse is lost and the last frequency is held. */
      readonly holdover?: boolean;
    }
  /** No usable time of day at this pulse. */
  | { readonly kind: "source-fault"; readonly fault: SourceFaultName }
  | { readonly kind: "tick" };

/** Last measurement of one clock. */
export interface Ts2phcSample {
  /** What ts2phc calls the clock. */
  readonly device: string;
  readonly offsetNs: number;
  readonly locked: boolean;
  readonly holdover: boolean;
  readonly at: Instant;
}

/** The clocks that one ts2phc steers; their state is the worst one's. */
export interface Ts2phcClock {
  readonly status: SyncStatus;
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly samples: ReadonlyMap<string, Ts2phcSample>;
  /** Pulses without time of day since the last measurement. */
  readonly faults: number;
  readonly lastFault?: SourceFaultName;
}

/** Limits of the clocks of one ts2phc. */
export interface Ts2phcLimits extends ClockLimits {
  readonly holdover: HoldoverParameters;
  /** How many clocks it has to measure before all are known; default 1. */
  readonly sinks?: number;
}

/** Outcome of one step. */
export interface Ts2phcStep {
  readonly clock: Ts2phcClock;
  readonly change?: SyncChange;
}

/** ts2phc measures at each pulse; a clock without a measurement for so long has lost its pulse. */
export const ts2phcFreshnessMs = 5000;

/** One pulse without time of day happens; two in a row are a loss. */
const faultLimit = 2;

const faultCauses: Readonly<Record<SourceFaultName, string>> = {
  "timestamp-invalid": "source ts not valid",
  "no-reference": "no clock is known to have the time",
  "no-fix": "the NMEA source has no fix",
  "sentence-stale": "the NMEA sentence is stale",
  "leap-table-expired": "the leap second list has expired",
  "leap-table-unusable": "the leap second list cannot be used",
  "leap-second": "UTC is ambiguous beside a leap second",
  "source-silent": "the NMEA source is silent",
  "source-unreachable": "the NMEA source cannot be read",
};

/** A ts2phc that has not been seen yet. */
export function initialTs2phcClock(now: Instant): Ts2phcClock {
  const detail = "ts2phc has not started";
  return { status: initialSyncStatus(now, detail), process: { up: false, detail }, samples: new Map(), faults: 0 };
}

/** Takes in one observation and decides the state. Pure. */
export function stepTs2phc(
  clock: Ts2phcClock,
  observation: Ts2phcObservation,
  limits: Ts2phcLimits,
  now: Instant,
): Ts2phcStep {
  const seen = observe(clock, observation, now);
  const holdoverMs = isHeld(seen) ? inSpecMs(limits.holdover) : limits.holdoverMs;
  const { status, change } = stepSync(seen.status, condition(seen, limits, now), { holdoverMs }, now);
  const after = status === seen.status ? seen : { ...seen, status };
  return change === undefined ? { clock: after } : { clock: after, change };
}

function isHeld({ samples }: Ts2phcClock): boolean {
  for (const { holdover } of samples.values()) if (holdover) return true;
  return false;
}

/** The same clock where it is known since whose the clocks are that it steers; `nameOf` takes what ts2phc calls one. */
export function renameTs2phc(clock: Ts2phcClock, nameOf: (device: string) => string): Ts2phcClock {
  if ([...clock.samples].every(([name, { device }]) => nameOf(device) === name)) return clock;
  const samples = new Map<string, Ts2phcSample>();
  for (const sample of [...clock.samples.values()].toSorted((a, b) => a.at.monotonicMs - b.at.monotonicMs))
    samples.set(nameOf(sample.device), sample);
  return { ...clock, samples };
}

/** When time alone changes something, in monotonic milliseconds; undefined: never. */
export function ts2phcDeadlineMs({ samples, process, status }: Ts2phcClock): number | undefined {
  if (status.holdoverEndsMs !== undefined) return status.holdoverEndsMs;
  if (!process.up || status.state !== "LOCKED" || samples.size === 0) return undefined;
  return Math.min(...[...samples.values()].map(({ at }) => at.monotonicMs + ts2phcFreshnessMs));
}

/** Whether ts2phc has the time of day now; undefined while it has told nothing of it. */
export function hasTimeOfDay({ process, samples, faults }: Ts2phcClock): boolean | undefined {
  if (!process.up) return false;
  return samples.size === 0 && faults === 0 ? undefined : faults < faultLimit;
}

/** Last measurement of the clock that is furthest off; undefined before the first. */
export function worstTs2phcOffsetNs({ samples }: Ts2phcClock): number | undefined {
  return [...samples.values()]
    .map(({ offsetNs }) => offsetNs)
    .reduce<number | undefined>(
      (worst, offsetNs) => (worst === undefined || Math.abs(offsetNs) > Math.abs(worst) ? offsetNs : worst),
      undefined,
    );
}

function observe(clock: Ts2phcClock, observation: Ts2phcObservation, now: Instant): Ts2phcClock {
  const { status } = clock;
  switch (observation.kind) {
    case "process-up":
      return { status, process: { up: true, detail: "" }, samples: new Map(), faults: 0 };
    case "process-down":
      return { status, process: { up: false, detail: observation.detail }, samples: new Map(), faults: 0 };
    case "sample": {
      if (!clock.process.up) return clock;
      const { clock: name, device = name, offsetNs, locked = true, holdover = false } = observation;
      const samples = new Map(clock.samples).set(name, { device, offsetNs, locked, holdover, at: now });
      return { status, process: clock.process, samples, faults: 0 };
    }
    case "source-fault":
      if (!clock.process.up) return clock;
      return { ...clock, faults: Math.min(clock.faults + 1, faultLimit), lastFault: observation.fault };
    case "tick":
      return clock;
  }
}

function condition(clock: Ts2phcClock, limits: Ts2phcLimits, now: Instant): SyncCondition {
  const { process, samples, faults, lastFault, status } = clock;
  if (!process.up) {
    if (status.state === "UNKNOWN") return { kind: "unobserved", cause: process.detail };
    return { kind: "lost", cause: process.detail, toleranceMs: limits.ts2phcDowntimeMs };
  }
  if (faults >= faultLimit && lastFault !== undefined) return { kind: "unreferenced", cause: faultCauses[lastFault] };
  if (samples.size === 0) return { kind: "unobserved", cause: "ts2phc has not measured yet" };
  return worstOfSamples(samples, limits, now) ?? inTime(samples.size, limits.sinks ?? 1);
}

const allLocked: SyncCondition = { kind: "tracking", cause: "ts2phc is locked, offset within thresholds" };

function inTime(measured: number, sinks: number): SyncCondition {
  if (measured >= sinks) return allLocked;
  return { kind: "unobserved", cause: `ts2phc has measured ${measured} of ${sinks} clocks` };
}

/** Of several that are equally bad the first; one that may be lost for a time of its own is worse than one that is held. */
function worstOfSamples(
  samples: Ts2phcClock["samples"],
  limits: Ts2phcLimits,
  now: Instant,
): SyncCondition | undefined {
  let worst: SyncCondition | undefined;
  for (const [name, sample] of samples) {
    const fault = faultOf(name, sample, limits, now);
    if (fault !== undefined && rankOf(fault) > rankOf(worst)) worst = fault;
  }
  return worst;
}

function rankOf(fault: SyncCondition | undefined): number {
  if (fault === undefined) return 0;
  if (fault.kind !== "lost") return 3;
  return fault.toleranceMs === undefined ? 1 : 2;
}

/** Undefined: it follows its pulse. Holdover is no matter of range: it has a time of its own. */
function faultOf(
  name: string,
  { offsetNs, locked, holdover, at }: Ts2phcSample,
  limits: Ts2phcLimits,
  now: Instant,
): SyncCondition | undefined {
  if (now.monotonicMs - at.monotonicMs >= ts2phcFreshnessMs) {
    const cause = `ts2phc measured nothing of ${name} for ${ts2phcFreshnessMs / 1000} s`;
    return { kind: "lost", cause, toleranceMs: limits.holdoverMs };
  }
  if (holdover) return { kind: "lost", cause: `ts2phc holds the frequency of ${name}` };
  if (!locked) return { kind: "unreferenced", cause: `the servo of ${name} is not locked` };
  const reason = outOfRange(offsetNs, limits);
  return reason === undefined ? undefined : { kind: "unreferenced", cause: `${name}: ${reason}` };
}
