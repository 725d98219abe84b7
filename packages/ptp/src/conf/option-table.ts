import { linuxptpOptions } from "./linuxptp-options.ts";
import type { ConfProgram, LinuxptpRelease, OptionSpec } from "./option-spec.ts";
import { linuxptpReleases } from "./option-spec.ts";
import { synce4lOptions } from "./synce4l-options.ts";

/** Options of one program in one release by exact name; linuxptp compares names with case. */
export type OptionTable = ReadonlyMap<string, OptionSpec>;

const linuxptpTables: ReadonlyMap<LinuxptpRelease, OptionTable> = new Map(
  linuxptpReleases.map((release) => [release, tableOf(linuxptpOptions.filter((spec) => isInRelease(spec, release)))]),
);

const synce4lTable = tableOf(synce4lOptions);

function tableOf(specs: readonly OptionSpec[]): OptionTable {
  return new Map(specs.map((spec) => [spec.name, spec]));
}

/** True when `release` lies between `since` and `until`, where given. */
export function isInRelease(
  { since, until }: { readonly since?: LinuxptpRelease; readonly until?: LinuxptpRelease },
  release: LinuxptpRelease,
): boolean {
  const at = linuxptpReleases.indexOf(release);
  const first = since === undefined ? 0 : linuxptpReleases.indexOf(since);
  const last = until === undefined ? linuxptpReleases.length : linuxptpReleases.indexOf(until);
  return at >= first && at <= last;
}

/** The options of a program; undefined for programs whose options are not known here (chronyd, timemaster). */
export function optionTable(program: ConfProgram, release: LinuxptpRelease): OptionTable | undefined {
  switch (program) {
    case "ptp4l":
    case "phc2sys":
    case "ts2phc":
      return linuxptpTables.get(release);
    case "synce4l":
      return synce4lTable;
    case "timemaster":
    case "chronyd":
      return undefined;
  }
}

/** The first release that has an option of this name; undefined when none has. */
export function firstReleaseWith(name: string): LinuxptpRelease | undefined {
  return linuxptpReleases.find((release) => linuxptpTables.get(release)?.has(name));
}

/** The first release after `release` in which `accepts` holds for the option called `name`. */
export function laterReleaseWhere(
  name: string,
  release: LinuxptpRelease,
  accepts: (spec: OptionSpec) => boolean,
): LinuxptpRelease | undefined {
  const later = linuxptpReleases.slice(linuxptpReleases.indexOf(release) + 1);
  return later.find((each) => {
    const spec = linuxptpTables.get(each)?.get(name);
    return spec !== undefined && accepts(spec);
  });
}

/** Which table to use for an installed linuxptp. */
export interface NearestRelease {
  readonly release: LinuxptpRelease;
  /** False when the version itself has no table: then an option unknown here may be known there. */
  readonly exact: boolean;
}

/**
 * The release whose table fits a version as `ptp4l -v` or a package manager prints it (`4.2`, `3.1.1-4`, `4.4-1.el9`):
 * that release, else the newest older one, else the oldest. Undefined when the text does not start with a version.
 */
export function nearestRelease(version: string): NearestRelease | undefined {
  const match = /^v?(\d{1,4}(?:\.\d{1,4}){1,2})(?![.\d])/.exec(version.trim());
  const wanted = match?.[1];
  if (wanted === undefined) return undefined;
  const older = linuxptpReleases.findLast((release) => compareVersions(release, wanted) <= 0);
  const release = older ?? linuxptpReleases[0];
  return { release, exact: compareVersions(release, wanted) === 0 };
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
