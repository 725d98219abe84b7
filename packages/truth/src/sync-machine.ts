import type { Instant, SyncState } from "@ptp/node";

/** What the facts of a clock amount to at one moment. */
export type SyncCondition =
  /** Follows its reference with a fresh measurement inside its thresholds. */
  | { readonly kind: "tracking"; readonly cause: string }
  /** Follows its reference, but the measurement is outside its thresholds. */
  | { readonly kind: "out-of-range"; readonly cause: string }
  /** Has no reference now. `toleranceMs` shortens holdover where the loss has a limit of its own: from when it is first told. */
  | { readonly kind: "lost"; readonly cause: string; readonly toleranceMs?: number }
  /** Gives time from a source that nothing here observes. */
  | { readonly kind: "unreferenced"; readonly cause: string }
  /** Nothing was observed yet. */
  | { readonly kind: "unobserved"; readonly cause: string }
  /** Nothing can be observed any more: what was known holds no longer, and nobody knows what does. */
  | { readonly kind: "silent"; readonly cause: string };

/** Kinds of causes: few and fixed, for metrics and alerts; the words are in `cause`. */
export const syncReasons = [
  "tracking",
  "out-of-range",
  "lost",
  "unreferenced",
  "unobserved",
  "silent",
  /** Its reference was lost, and holdover is over. */
  "holdover-expired",
  /** It follows a clock that is in this state. */
  "source",
] as const;

/** Kind of the cause of a state. */
export type SyncReason = (typeof syncReasons)[number];

/** State of a clock with its reason. */
export interface SyncStatus {
  readonly state: SyncState;
  readonly since: Instant;
  readonly reason: SyncReason;
  /** Why, in words; nearest cause first. */
  readonly cause: readonly string[];
  /** In HOLDOVER: when it ends, in monotonic milliseconds. */
  readonly holdoverEndsMs?: number;
}

/** A transition of one clock, for events, logs and counters. */
export interface SyncChange {
  readonly from: SyncState;
  readonly to: SyncState;
  /** When it happened; the age of `from` is its own `since`. */
  readonly at: Instant;
  readonly cause: readonly string[];
}

/** Outcome of one step. */
export interface SyncStep {
  readonly status: SyncStatus;
  readonly change?: SyncChange;
}

/** Whether nothing of the two is another: those who keep the older one let others see at a glance that nothing changed. */
export function isSameStatus(left: SyncStatus, right: SyncStatus): boolean {
  if (left === right) return true;
  return (
    left.state === right.state &&
    left.since === right.since &&
    left.reason === right.reason &&
    left.holdoverEndsMs === right.holdoverEndsMs &&
    left.cause.length === right.cause.length &&
    left.cause.every((each, place) => each === right.cause[place])
  );
}

/** The state of a clock of which nothing is known yet. */
export function initialSyncStatus(now: Instant, cause: string): SyncStatus {
  return { state: "UNKNOWN", since: now, reason: "unobserved", cause: [cause] };
}

/**
 * One step of the machine every clock shares: tracking is LOCKED; a lost reference turns LOCKED into HOLDOVER, which ends in
 * FREERUN when its time is up whatever happens short of tracking again; out of range ends LOCKED at once, and does not end
 * HOLDOVER early, since the clock may be on its way back. A `holdoverMs` made smaller meanwhile counts at once, a larger one
 * from the next holdover on.
 */
export function stepSync(
  status: SyncStatus,
  condition: SyncCondition,
  limits: { readonly holdoverMs: number },
  now: Instant,
): SyncStep {
  const next = nextStatus(status, condition, limits.holdoverMs, now);
  if (next.state === status.state) return { status: next };
  return { status: next, change: { from: status.state, to: next.state, at: now, cause: next.cause } };
}

function nextStatus(status: SyncStatus, condition: SyncCondition, holdoverMs: number, now: Instant): SyncStatus {
  switch (condition.kind) {
    case "tracking":
      return enter(status, "LOCKED", condition, now);
    case "out-of-range":
      return status.state === "HOLDOVER"
        ? holdOver(status, condition.cause, { holdoverMs, now })
        : enter(status, "FREERUN", condition, now);
    case "lost":
      return lose(status, condition, holdoverMs, now);
    case "unreferenced":
      return enter(status, "FREERUN", condition, now);
    case "unobserved":
      return status.state === "UNKNOWN"
        ? { ...status, reason: condition.kind, cause: [condition.cause] }
        : lose(status, { kind: "lost", cause: condition.cause }, holdoverMs, now);
    case "silent":
      return enter(status, "UNKNOWN", condition, now);
  }
}

function lose(
  status: SyncStatus,
  condition: Extract<SyncCondition, { kind: "lost" }>,
  holdoverMs: number,
  now: Instant,
): SyncStatus {
  const toleranceMs = Math.min(holdoverMs, condition.toleranceMs ?? Infinity);
  if (status.state === "LOCKED" && toleranceMs > 0) {
    const { kind: reason, cause } = condition;
    const holdoverEndsMs = now.monotonicMs + toleranceMs;
    return { state: "HOLDOVER", since: now, reason, cause: [cause], holdoverEndsMs };
  }
  if (status.state === "HOLDOVER")
    return holdOver(shorten(status, condition, now), condition.cause, { holdoverMs, now });
  return enter(status, "FREERUN", condition, now);
}

/** A loss during holdover has its own limit from its own moment on. It may bring the end nearer, never move it away. */
function shorten(status: SyncStatus, { toleranceMs = Infinity }: { toleranceMs?: number }, now: Instant): SyncStatus {
  const endsMs = now.monotonicMs + toleranceMs;
  if (status.holdoverEndsMs === undefined || status.holdoverEndsMs <= endsMs) return status;
  return { ...status, holdoverEndsMs: endsMs };
}

function holdOver(
  status: SyncStatus,
  cause: string,
  { holdoverMs, now }: { readonly holdoverMs: number; readonly now: Instant },
): SyncStatus {
  const longestMs = status.since.monotonicMs + holdoverMs;
  const endsMs = Math.min(status.holdoverEndsMs ?? longestMs, longestMs);
  if (now.monotonicMs < endsMs)
    return endsMs === status.holdoverEndsMs ? status : { ...status, holdoverEndsMs: endsMs };
  const heldS = Math.round(endsMs - status.since.monotonicMs) / 1000;
  const chain = [`holdover of ${heldS} s expired`, ...status.cause];
  const whole = status.cause[0] === cause ? chain : [...chain, `now: ${cause}`];
  return { state: "FREERUN", since: now, reason: "holdover-expired", cause: whole };
}

/** Same state: since stays and so does a transition's cause chain, until a cause comes that is not part of it. */
function enter(status: SyncStatus, state: SyncState, { kind: reason, cause }: SyncCondition, now: Instant): SyncStatus {
  if (status.state !== state) return { state, since: now, reason, cause: [cause] };
  // Most often nothing is new, and this is asked for every line.
  if (cause === status.cause[0] && reason === status.reason) return status;
  const known = status.cause.includes(cause) || status.cause.includes(`now: ${cause}`);
  return known ? status : { ...status, reason, cause: [cause] };
}
