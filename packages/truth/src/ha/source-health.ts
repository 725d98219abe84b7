import type { Instant, SyncState } from "@ptp/node";
import type { HaSettings } from "@ptp/ptp";

/** What is known of one source: the ptp4l of one profile, and with it one NIC. */
export interface SourceFacts {
  readonly processUp: boolean;
  /** False while ptp4l says FAULTY, as it does without a link: of its receiving port, or of all if none ever received. */
  readonly linkUp: boolean;
  readonly state: SyncState;
  /** Why it is not LOCKED, if it is not. */
  readonly cause?: string;
  /** Of the grandmaster it follows; absent while it follows none. Smaller is better. */
  readonly clockClass?: number;
}

/** Health of one source. */
export interface SourceHealth {
  readonly facts?: SourceFacts;
  /** What is wrong now; absent: nothing. */
  readonly fault?: string;
  /** Since when there is a fault, or none. */
  readonly since: Instant;
  /** The fault has lasted for the heartbeat time: the source is not to be followed. Absent: it is not failed. */
  readonly failure?: string;
  /** It failed before: it has to be well for the grace time before it is taken back for being more wanted. */
  readonly onProbation: boolean;
}

/** A source of which nothing was heard. */
export function unknownHealth(now: Instant): SourceHealth {
  return { fault: "nothing is known of it yet", since: now, onProbation: false };
}

/** Health with the facts of now. `bestClass`: the best class that any other source offers. */
export function assess(
  health: SourceHealth,
  { facts, bestClass }: { readonly facts: SourceFacts | undefined; readonly bestClass: number | undefined },
  settings: HaSettings,
  now: Instant,
): SourceHealth {
  const fault = facts === undefined ? health.fault : faultOf(facts, bestClass);
  const isSame = (fault === undefined) === (health.fault === undefined);
  const since = isSame ? health.since : now;
  const lastedMs = now.monotonicMs - since.monotonicMs;
  const failed = fault !== undefined && (health.failure !== undefined || lastedMs >= settings.heartbeatMs);
  const isForgiven = fault === undefined && lastedMs >= settings.graceMs;
  return {
    since,
    ...(facts && { facts }),
    ...(fault !== undefined && { fault }),
    ...(failed && { failure: fault }),
    onProbation: failed || (health.onProbation && !isForgiven),
  };
}

/** When time alone changes a health, in monotonic milliseconds. */
export function healthDeadlineMs(health: SourceHealth, settings: HaSettings): number | undefined {
  if (health.fault !== undefined) {
    return health.failure === undefined ? health.since.monotonicMs + settings.heartbeatMs : undefined;
  }
  return health.onProbation ? health.since.monotonicMs + settings.graceMs : undefined;
}

/** The nearest cause first: a dead process has no link, a lost link no offset. */
function faultOf(
  { processUp, linkUp, state, cause, clockClass }: SourceFacts,
  bestClass: number | undefined,
): string | undefined {
  if (!processUp) return "its ptp4l is down";
  if (!linkUp) return "its port is FAULTY, as without a link";
  if (state !== "LOCKED") return cause === undefined ? `it is ${state}` : `it is ${state}: ${cause}`;
  if (clockClass !== undefined && bestClass !== undefined && clockClass > bestClass) {
    return `its clock class is ${clockClass} while another source offers ${bestClass}`;
  }
  return undefined;
}
