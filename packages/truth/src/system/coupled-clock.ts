import type { Instant } from "@ptp/node";
import { worstOf } from "../sync-state.ts";
import type { SyncStatus, SyncStep } from "../sync-machine.ts";

/** What a clock gets its time from. */
export interface ClockSource {
  /** For the cause: `ptp4l of profile p`. */
  readonly name: string;
  readonly status: SyncStatus;
  /**
   * Whether the holdover of the source is its followers' too. Not of a T-GM: its holdover is in specification, and the clocks
   * behind it are as good as ever (O-RAN O-Cloud notification API, table of the OS clock).
   */
  readonly passesHoldover: boolean;
}

/**
 * State of a clock that follows another one: the worse of what it measures itself and of what its source is, from the moment
 * the source changes. `own` and the source's status are those of now; a holdover whose end has passed counts as over.
 */
export function stepCoupled(
  status: SyncStatus,
  own: SyncStatus,
  source: ClockSource | undefined,
  now: Instant,
): SyncStep {
  const next = decide(own, source, now);
  if (next.state !== status.state) {
    const entered = { ...next, since: now };
    return { status: entered, change: { from: status.state, to: next.state, at: now, cause: next.cause } };
  }
  return { status: { ...next, since: status.since } };
}

/** A source that holds over its own time limit is over, whether or not it was told so. */
function decide(own: SyncStatus, source: ClockSource | undefined, now: Instant): SyncStatus {
  const mine = ended(own, now);
  if (source === undefined) return mine;
  const told = ended(source.status, now);
  const theirs = told.state === "HOLDOVER" && !source.passesHoldover ? lockedLike(told) : told;
  if (worstOf([mine.state, theirs.state]) === mine.state) {
    return mine.state === "HOLDOVER" && theirs.state === "HOLDOVER" ? untilFirstEnd(mine, theirs) : mine;
  }
  return { ...theirs, reason: "source", cause: [`follows ${source.name}, which is ${theirs.state}`, ...theirs.cause] };
}

function ended(status: SyncStatus, now: Instant): SyncStatus {
  if (status.holdoverEndsMs === undefined || now.monotonicMs < status.holdoverEndsMs) return status;
  const { state: _state, holdoverEndsMs: _ends, ...rest } = status;
  return { ...rest, state: "FREERUN", reason: "holdover-expired", cause: ["holdover expired", ...status.cause] };
}

function lockedLike({ since, cause }: SyncStatus): SyncStatus {
  return { state: "LOCKED", since, reason: "tracking", cause };
}

function untilFirstEnd(mine: SyncStatus, theirs: SyncStatus): SyncStatus {
  const endsMs = Math.min(mine.holdoverEndsMs ?? Infinity, theirs.holdoverEndsMs ?? Infinity);
  return { ...mine, holdoverEndsMs: endsMs };
}
