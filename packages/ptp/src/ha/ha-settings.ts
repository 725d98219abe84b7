import type { HighAvailability } from "./high-availability.ts";

/** How an agent chooses the source of the system clock. */
export interface HaSettings {
  /** All sources, the most wanted first; at least one. */
  readonly order: readonly [string, ...string[]];
  /** How long a failure has to last before it counts. */
  readonly heartbeatMs: number;
  /** How long a source that failed has to be well before it is taken back for being more wanted. */
  readonly graceMs: number;
}

const defaultHeartbeatS = 1;

/**
 * How to choose among these sources, which stand in the order of `haProfiles`; undefined if the agent is not to choose, or
 * has nothing to choose from. Names that are no source are passed over: a profile may run on other nodes only.
 */
export function haSettings(
  { enableHA = false, preferredPrimary, heartBeatTimeout = 0, sourcePriority = [] }: HighAvailability,
  sources: readonly string[],
): HaSettings | undefined {
  const wanted = [...(preferredPrimary === undefined ? [] : [preferredPrimary]), ...sourcePriority, ...sources];
  const [first, ...rest] = [...new Set(wanted)].filter((name) => sources.includes(name));
  if (!enableHA || first === undefined) return undefined;
  const heartbeatMs = (heartBeatTimeout === 0 ? defaultHeartbeatS : heartBeatTimeout) * 1000;
  return { order: [first, ...rest], heartbeatMs, graceMs: graceOf(heartbeatMs) };
}

/** Ten heartbeats, but 10 s at least: a source that comes and goes must not take the system clock along. */
function graceOf(heartbeatMs: number): number {
  return Math.max(10_000, 10 * heartbeatMs);
}
