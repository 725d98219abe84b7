/** `highAvailability` of a profile with `haProfiles`, as it is written. */
export interface HighAvailability {
  /** Whether the agent decides; default false: phc2sys chooses, and the choice is observed. */
  readonly enableHA?: boolean;
  /** Profile that is followed whenever it can be. */
  readonly preferredPrimary?: string;
  /** Seconds for which a failure has to last, 0 or more; 0 means the default of 1. */
  readonly heartBeatTimeout?: number;
  /** Profiles in the order in which they are taken; those not named come after, in the order of `haProfiles`. */
  readonly sourcePriority?: readonly string[];
}

/** How a choice is made. */
export interface HaSettings {
  /** All sources, the most wanted first; at least one. */
  readonly order: readonly [string, ...string[]];
  readonly heartbeatMs: number;
  /** How long a source that failed has to be well before it is taken back for being more wanted. */
  readonly graceMs: number;
}

/** What is wrong with a `highAvailability`: field, value and remedy. */
export interface HaProblem {
  readonly path: string;
  readonly reason: string;
}

const defaultHeartbeatS = 1;
const longestHeartbeatS = 3600;

/** Ten heartbeats, but 10 s at least: a source that comes and goes must not take the system clock along. */
function graceOf(heartbeatMs: number): number {
  return Math.max(10_000, 10 * heartbeatMs);
}

/** Reads a `highAvailability` against the profiles that `haProfiles` names. All problems are told at once. */
export function readHaSettings(
  { preferredPrimary, heartBeatTimeout = 0, sourcePriority = [] }: HighAvailability,
  haProfiles: readonly string[],
): { readonly settings: HaSettings } | { readonly problems: readonly HaProblem[] } {
  const known = `name one of haProfiles: ${haProfiles.join(", ")}`;
  const problems: HaProblem[] = [];
  const check = (path: string, name: string): void => {
    if (!haProfiles.includes(name)) problems.push({ path, reason: `${JSON.stringify(name)} is unknown; ${known}` });
  };
  if (preferredPrimary !== undefined) check("highAvailability.preferredPrimary", preferredPrimary);
  sourcePriority.forEach((name, index) => {
    check(`highAvailability.sourcePriority[${index}]`, name);
    if (sourcePriority.indexOf(name) !== index)
      problems.push({
        path: `highAvailability.sourcePriority[${index}]`,
        reason: `${name} is named twice; name it once`,
      });
  });
  if (!(heartBeatTimeout >= 0 && heartBeatTimeout <= longestHeartbeatS))
    problems.push({
      path: "highAvailability.heartBeatTimeout",
      reason: `${heartBeatTimeout} is no number of seconds from 0 to ${longestHeartbeatS}`,
    });
  const wanted = [...(preferredPrimary === undefined ? [] : [preferredPrimary]), ...sourcePriority, ...haProfiles];
  const [first, ...rest] = [...new Set(wanted)];
  if (first === undefined)
    problems.push({ path: "ptpSettings[haProfiles]", reason: "names no profile; name one at least" });
  if (first === undefined || problems.length > 0) return { problems };
  const heartbeatMs = (heartBeatTimeout === 0 ? defaultHeartbeatS : heartBeatTimeout) * 1000;
  return { settings: { order: [first, ...rest], heartbeatMs, graceMs: graceOf(heartbeatMs) } };
}
