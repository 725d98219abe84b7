import type { HostFacts, ProgramFacts } from "@ptp/node";
import { linuxptpReleases, nearestRelease, type ConfProgram, type ConfTarget } from "@ptp/ptp";
import { defaultProgramPaths } from "./default-host-facts.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import type { ProgramName } from "@ptp/node";

/** The option table to check against. */
export interface InstalledTarget extends ConfTarget {
  /** False if the installed build may know options that the table does not: then an unknown one is no reason to refuse. */
  readonly isExact: boolean;
}

/** The table for an installed program: of its release, or the newest known if it does not tell a version. */
export function installedTarget(
  program: ConfProgram,
  { version = "", extraOptions = [] }: ProgramFacts,
): InstalledTarget {
  const nearest = nearestRelease(version);
  const newest = linuxptpReleases[linuxptpReleases.length - 1] ?? linuxptpReleases[0];
  return {
    program,
    release: nearest?.release ?? newest,
    extraOptions: new Set(extraOptions),
    // synce4l has versions of its own and one table.
    isExact: program === "synce4l" || nearest?.exact === true,
  };
}

/**
 * Where the node has a program.
 *
 * @param path Field of the profile that asks for it.
 * @throws ProfileRefusal if the node does not have it.
 */
export function requireProgram(facts: HostFacts, program: ProgramName, path: string): ProgramFacts {
  const found = facts.programs[program];
  if (found !== undefined) return found;
  const searched = facts.searchedFolders?.join(", ") ?? defaultProgramPaths[program];
  throw new ProfileRefusal(
    path,
    `${program} is not installed on ${facts.nodeName} (searched ${searched}): install it or remove ${path} from the profile`,
  );
}
