import { isOlderVersion } from "../reflector/watch-event.ts";
import type { Lease } from "./lease.ts";

/** Periods of an election. */
export interface ElectionTimings {
  /** Others take over when a lease has not changed for this long; default 15 000. */
  readonly leaseDurationMs: number;
  /** A leader that could not renew for this long leads no more; default 10 000. */
  readonly renewDeadlineMs: number;
  /** Time from one renewal to the next, and from a failed try to the next; default 2 000. */
  readonly retryPeriodMs: number;
}

/** A lease (or that there is none) with the moment we first saw this version of it. */
export interface Observation {
  readonly lease: Lease | undefined;
  readonly atMs: number;
}

/** One candidate's view. All times are of one monotonic clock; nobody's time of day is compared. */
export interface ElectionState {
  readonly identity: string;
  readonly timings: ElectionTimings;
  readonly observed: Observation | undefined;
  /** The lease may have changed without our having seen it. */
  readonly mustRead: boolean;
  /** Until when we lead; undefined or past: we don't. */
  readonly leadUntilMs: number | undefined;
  readonly tryAtMs: number;
}

/** What a candidate does next. */
export type ElectionAction =
  | { readonly type: "wait"; readonly untilMs: number }
  | { readonly type: "read" }
  /** Claim the lease over this version of it. */
  | { readonly type: "claim"; readonly over: Lease | undefined };

/** A candidate that knows nothing yet. */
export function firstElectionState(identity: string, timings: ElectionTimings, nowMs: number): ElectionState {
  return { identity, timings, observed: undefined, mustRead: true, leadUntilMs: undefined, tryAtMs: nowMs };
}

/** Whether a candidate leads now: its last renewal was sent less than the renew deadline ago. */
export function leads({ leadUntilMs }: ElectionState, nowMs: number): boolean {
  return leadUntilMs !== undefined && nowMs < leadUntilMs;
}

/** Decides the next action. */
export function decide(state: ElectionState, nowMs: number): ElectionAction {
  const { observed, mustRead, tryAtMs, identity } = state;
  if (nowMs < tryAtMs) return { type: "wait", untilMs: tryAtMs };
  if (mustRead || observed === undefined) return { type: "read" };
  const holder = observed.lease?.spec?.holderIdentity ?? "";
  // Our own name while we don't lead: an answer that was lost on the way, or a lease nobody else took after we lost it.
  if (holder === "" || holder === identity) return { type: "claim", over: observed.lease };
  const freeAtMs = observed.atMs + durationMs(observed.lease, state.timings);
  return nowMs < freeAtMs ? { type: "wait", untilMs: freeAtMs } : { type: "claim", over: observed.lease };
}

/**
 * Takes in the lease as someone saw it; what is older than what we know is ignored. The moment a version was first seen
 * is never before its write, so that waiting from it for the lease duration is safe whatever the clocks say.
 */
export function observe(state: ElectionState, lease: Lease | undefined, nowMs: number, isFresh = false): ElectionState {
  const known = state.observed?.lease;
  const version = versionOf(lease);
  const isKnown = state.observed !== undefined && version === versionOf(known);
  if (!isFresh && known !== undefined && lease !== undefined && isOlderVersion(version, versionOf(known))) return state;
  const mustRead = state.mustRead && !isFresh;
  if (isKnown) return { ...state, mustRead };
  const isOurs = lease?.spec?.holderIdentity === state.identity;
  // Where there is no lease any more, anyone may make one at once.
  const leadUntilMs = isOurs ? state.leadUntilMs : undefined;
  return { ...state, observed: { lease, atMs: nowMs }, mustRead, leadUntilMs };
}

/**
 * Our claim was accepted. It counts from when it was sent: others may have seen it from that moment on.
 *
 * @param known what was known when it was sent.
 */
export function claimed(
  state: ElectionState,
  lease: Lease,
  sentAtMs: number,
  known: Observation | undefined,
): ElectionState {
  const { observed, timings } = state;
  // The watch was faster than the answer: the lease was changed or deleted after our write, as in a conflict.
  if (observed !== known && versionOf(observed?.lease) !== versionOf(lease)) {
    return { ...state, mustRead: true, tryAtMs: sentAtMs + timings.retryPeriodMs / 10 };
  }
  return {
    ...state,
    observed: { lease, atMs: sentAtMs },
    mustRead: false,
    leadUntilMs: sentAtMs + timings.renewDeadlineMs,
    tryAtMs: sentAtMs + timings.retryPeriodMs,
  };
}

/** How a read or a claim failed. */
export interface ElectionFailure {
  /** Another version of the lease is there: look at it soon. */
  readonly isConflict: boolean;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** A read or a claim failed, perhaps only its answer: look again before the next claim. Leadership ends by time alone. */
export function failed(state: ElectionState, nowMs: number, { isConflict, random }: ElectionFailure): ElectionState {
  const { retryPeriodMs } = state.timings;
  const delayMs = (isConflict ? retryPeriodMs / 10 : retryPeriodMs) * (0.8 + 0.4 * random);
  return { ...state, mustRead: true, tryAtMs: nowMs + delayMs };
}

/** What is wrong with timings, or undefined: two leaders at once must be impossible. */
export function checkTimings({ leaseDurationMs, renewDeadlineMs, retryPeriodMs }: ElectionTimings): string | undefined {
  if (leaseDurationMs < 1000) return `lease duration ${leaseDurationMs} ms: give at least 1000`;
  if (renewDeadlineMs >= leaseDurationMs) {
    return `renew deadline ${renewDeadlineMs} ms: give less than the lease duration, ${leaseDurationMs} ms`;
  }
  if (retryPeriodMs * 1.2 >= renewDeadlineMs || retryPeriodMs <= 0) {
    return `retry period ${retryPeriodMs} ms: give more than 0 and well below the renew deadline, ${renewDeadlineMs} ms`;
  }
  return undefined;
}

function versionOf(lease: Lease | undefined): string {
  return lease?.metadata.resourceVersion ?? "";
}

/** How long the holder may be silent: what it wrote, and never less than we would write ourselves. */
function durationMs(lease: Lease | undefined, { leaseDurationMs }: ElectionTimings): number {
  return Math.max(leaseDurationMs, (lease?.spec?.leaseDurationSeconds ?? 0) * 1000);
}
