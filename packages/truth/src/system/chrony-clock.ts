import type { Instant } from "@ptp/node";
import { initialSyncStatus, stepSync, type SyncChange, type SyncCondition, type SyncStatus } from "../sync-machine.ts";

/** One observation of a chronyd. */
export type ChronyObservation =
  | { readonly kind: "process-up" }
  | { readonly kind: "process-down"; readonly detail: string }
  /** `Selected source …`; `source`: its name or address. */
  | { readonly kind: "selected"; readonly source: string }
  /** `Can't synchronise: no selectable sources` and its like. */
  | { readonly kind: "no-source"; readonly detail: string }
  | { readonly kind: "tick" };

/** The system clock as chronyd keeps it. */
export interface ChronyClock {
  readonly status: SyncStatus;
  readonly process: { readonly up: boolean; readonly detail: string };
  readonly source?: { readonly selected: boolean; readonly words: string };
}

/** A chronyd that has not been seen yet. */
export function initialChronyClock(now: Instant): ChronyClock {
  const detail = "chronyd has not started";
  return { status: initialSyncStatus(now, detail), process: { up: false, detail } };
}

/** Takes in one observation and decides the state: chronyd tells when it has a source and when not, and no more. Pure. */
export function stepChrony(
  clock: ChronyClock,
  observation: ChronyObservation,
  limits: { readonly holdoverMs: number; readonly chronydDowntimeMs: number },
  now: Instant,
): { readonly clock: ChronyClock; readonly change?: SyncChange; readonly nextTickMs?: number } {
  const seen = observe(clock, observation);
  const { status, change } = stepSync(seen.status, condition(seen, limits), limits, now);
  const { holdoverEndsMs: nextTickMs } = status;
  return { clock: { ...seen, status }, ...(change && { change }), ...(nextTickMs !== undefined && { nextTickMs }) };
}

function observe(clock: ChronyClock, observation: ChronyObservation): ChronyClock {
  const { status, process } = clock;
  switch (observation.kind) {
    case "process-up":
      return { status, process: { up: true, detail: "" } };
    case "process-down":
      return { status, process: { up: false, detail: observation.detail } };
    case "selected":
      return process.up ? { ...clock, source: { selected: true, words: `follows NTP ${observation.source}` } } : clock;
    case "no-source":
      return process.up ? { ...clock, source: { selected: false, words: observation.detail } } : clock;
    case "tick":
      return clock;
  }
}

function condition({ status, process, source }: ChronyClock, limits: { chronydDowntimeMs: number }): SyncCondition {
  if (!process.up) {
    if (status.state === "UNKNOWN") return { kind: "unobserved", cause: process.detail };
    return { kind: "lost", cause: process.detail, toleranceMs: limits.chronydDowntimeMs };
  }
  if (source === undefined) return { kind: "unobserved", cause: "chronyd has not told its source" };
  return { kind: source.selected ? "tracking" : "unreferenced", cause: source.words };
}
