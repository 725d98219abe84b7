import type { Instant } from "@ptp/node";
import { outOfRange, type ClockLimits } from "./clock-limits.ts";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "./sync-machine.ts";

/** One observation of a clock that only its program's measurements tell of: the system clock behind phc2sys. */
export type SampledClockObservation =
  | { readonly kind: "process-up" }
  | { readonly kind: "process-down"; readonly detail: string }
  /** `locked`: what the servo says; absent where the line has no servo state. */
  | { readonly kind: "sample"; readonly offsetNs: number; readonly locked?: boolean }
  /** It has another reference from now on: what was measured says nothing about it. */
  | { readonly kind: "another-source"; readonly source: string }
  | { readonly kind: "tick" };

/** What is known of such a clock. */
export interface SampledClock {
  readonly status: SyncStatus;
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly sample?: { readonly offsetNs: number; readonly locked: boolean; readonly at: Instant };
  /** Reference that nothing was measured against yet. */
  readonly awaited?: string;
}

/** Limits of a sampled clock. */
export interface SampledClockLimits extends ClockLimits {
  /** How long its program may be down before HOLDOVER ends. */
  readonly downtimeMs: number;
  /** A measurement older than this is none. */
  readonly freshnessMs: number;
}

/** A clock whose program has not been seen yet. */
export function initialSampledClock(now: Instant, program: string): SampledClock {
  const detail = `${program} has not started`;
  return { status: initialSyncStatus(now, detail), process: { up: false, detail } };
}

/** Takes in one observation and decides the state. Pure. */
export function stepSampledClock(
  clock: SampledClock,
  observation: SampledClockObservation,
  limits: SampledClockLimits,
  now: Instant,
): { readonly clock: SampledClock; readonly change?: SyncChange } {
  const seen = observe(clock, observation, now);
  const { status, change } = stepSync(seen.status, condition(seen, limits, now), limits, now);
  const stepped = status === seen.status ? seen : { ...seen, status };
  return change === undefined ? { clock: stepped } : { clock: stepped, change };
}

/** While the program is down, lines of the dead process may still come in: they say nothing of the next one. */
function observe(clock: SampledClock, observation: SampledClockObservation, now: Instant): SampledClock {
  switch (observation.kind) {
    case "process-up":
      return restarted(clock, { up: true, detail: "" });
    case "process-down":
      return restarted(clock, { up: false, detail: observation.detail });
    case "sample":
      if (!clock.process.up) return clock;
      return measured(clock, { offsetNs: observation.offsetNs, locked: observation.locked ?? true, at: now });
    case "another-source":
      return { status: clock.status, process: clock.process, awaited: observation.source };
    case "tick":
      return clock;
  }
}

function restarted({ status, awaited }: SampledClock, process: SampledClock["process"]): SampledClock {
  return { status, process, ...(awaited !== undefined && { awaited }) };
}

function measured({ status, process }: SampledClock, sample: NonNullable<SampledClock["sample"]>): SampledClock {
  return { status, process, sample };
}

function condition(
  { process, sample, status, awaited }: SampledClock,
  limits: SampledClockLimits,
  now: Instant,
): SyncCondition {
  if (!process.up) {
    if (status.state === "UNKNOWN") return { kind: "unobserved", cause: process.detail };
    return { kind: "lost", cause: process.detail, toleranceMs: limits.downtimeMs };
  }
  if (sample === undefined) return { kind: "unobserved", cause: notYet(awaited) };
  if (now.monotonicMs - sample.at.monotonicMs > limits.freshnessMs) {
    return { kind: "lost", cause: `no measurement for ${limits.freshnessMs / 1000} s` };
  }
  const reason = sample.locked ? outOfRange(sample.offsetNs, limits) : "the servo is not locked";
  return reason === undefined
    ? { kind: "tracking", cause: "offset within thresholds" }
    : { kind: "out-of-range", cause: reason };
}

function notYet(awaited: string | undefined): string {
  return awaited === undefined ? "no measurement yet" : `no measurement yet against ${awaited}`;
}
