import type { Instant } from "@ptp/node";
import { stepCoupled } from "../system/coupled-clock.ts";
import { worstOf } from "../sync-state.ts";
import { initialSyncStatus, type SyncStatus, type SyncStep } from "../sync-machine.ts";

/** One clock of a node, as it counts for the state of the whole. */
export interface OverallPart {
  /** For the cause: `CLOCK_REALTIME`, an interface. */
  readonly name: string;
  readonly status: SyncStatus;
  /**
   * False for a clock that nobody's time comes from now: the ptp4l of a NIC that waits for its turn (high availability), and
   * that of a T-BC, which the T-BC's own state covers.
   */
  readonly counts: boolean;
}

/** The whole of a node of which nothing is known. */
export function initialOverall(now: Instant): SyncStatus {
  return initialSyncStatus(now, "the node has no clock");
}

/**
 * State of the whole: the worst of all clocks that count, with the causes of the one that has been so the longest. Decided
 * anew whenever any of them steps, so that it changes with the clock that makes it change. Pure.
 */
export function stepOverall(status: SyncStatus, parts: readonly OverallPart[], now: Instant): SyncStep {
  const counted = parts.filter(({ counts }) => counts);
  const state = worstOf(counted.map((part) => part.status.state));
  const [first] = counted
    .filter((part) => part.status.state === state)
    .toSorted((a, b) => a.status.since.monotonicMs - b.status.since.monotonicMs);
  if (first === undefined) return stepCoupled(status, initialOverall(now), undefined, now);
  const cause = first.status.cause.map((each) => `${first.name}: ${each}`);
  const ends = counted.flatMap((part) => part.status.holdoverEndsMs ?? []);
  const worst = { ...first.status, cause, ...(state === "HOLDOVER" && { holdoverEndsMs: Math.min(...ends) }) };
  return stepCoupled(status, worst, undefined, now);
}
