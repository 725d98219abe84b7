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

/** Longest `heartBeatTimeout`, in seconds. */
export const longestHeartBeatS = 3600;

/** What is wrong with a `highAvailability`: the field within the profile, and value and remedy for people. */
export interface HaProblem {
  readonly path: string;
  readonly reason: string;
}

/** The names in `haProfiles`, in their order, each once. */
export function haProfileNames(ptpSettings: Readonly<Record<string, string>> = {}): readonly string[] {
  const setting = Object.hasOwn(ptpSettings, "haProfiles") ? (ptpSettings["haProfiles"] ?? "") : "";
  const names = setting.split(",").map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

/** What is wrong with a `highAvailability`, given the names in `haProfiles`: everything at once. */
export function haProblems(
  { enableHA = false, preferredPrimary, heartBeatTimeout = 0, sourcePriority = [] }: HighAvailability,
  haProfiles: readonly string[],
): readonly HaProblem[] {
  const problems: HaProblem[] = [];
  const known = haProfiles.length === 0 ? "ptpSettings haProfiles names none" : haProfiles.join(", ");
  const check = (path: string, name: string): void => {
    if (haProfiles.includes(name)) return;
    problems.push({ path, reason: `${quoted(name)} is no profile of haProfiles; name one of them: ${known}` });
  };
  if (enableHA && haProfiles.length === 0) {
    const reason = "true needs the profiles to choose from; name them in ptpSettings haProfiles, or set it to false";
    problems.push({ path: "highAvailability.enableHA", reason });
  }
  if (preferredPrimary !== undefined) check("highAvailability.preferredPrimary", preferredPrimary);
  sourcePriority.forEach((name, index) => {
    const path = `highAvailability.sourcePriority[${index}]`;
    if (sourcePriority.indexOf(name) === index) check(path, name);
    else problems.push({ path, reason: `${quoted(name)} is named twice; name it once` });
  });
  if (!(heartBeatTimeout >= 0 && heartBeatTimeout <= longestHeartBeatS)) {
    const reason = `${heartBeatTimeout} is no number of seconds from 0 to ${longestHeartBeatS}; write one`;
    problems.push({ path: "highAvailability.heartBeatTimeout", reason });
  }
  return problems;
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
