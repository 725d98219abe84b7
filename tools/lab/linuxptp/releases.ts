import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One linuxptp release the project supports, and the Debian suite that carries it. */
export interface LinuxptpRelease {
  /** The upstream release, also the name of its folder. */
  readonly release: string;
  readonly suite: string;
}

/** The supported releases, oldest first. */
export const linuxptpReleases: readonly LinuxptpRelease[] = [
  { release: "3.1.1", suite: "bookworm" },
  { release: "4.2", suite: "trixie" },
  { release: "4.4", suite: "sid" },
];

const cacheDir = join(import.meta.dirname, "../../../.cache/linuxptp");

/** The private folder of one release (absolute); it exists only after a fetch. */
export function linuxptpDir(release: string): string {
  return join(cacheDir, release);
}

/** The folder with the programs of one release, fit for a program search path: `ptp4l`, `pmc`, `phc2sys`, … */
export function linuxptpProgramDir(release: string): string {
  return join(linuxptpDir(release), "run");
}

/** Where a fetch notes which release a Debian suite carried, since suites move on. */
export function suiteNotePath(suite: string): string {
  return join(cacheDir, `${suite}.suite`);
}

/** The reason why this release cannot be run here, or undefined when it can: what a test gives to `t.skip`. */
export function linuxptpMissing(release: string): string | undefined {
  if (existsSync(join(linuxptpDir(release), "VERSION"))) return undefined;
  const suite = linuxptpReleases.find((entry) => entry.release === release)?.suite;
  const note = suite === undefined ? undefined : suiteNotePath(suite);
  if (note !== undefined && existsSync(note)) {
    return `linuxptp ${release} is not in Debian ${suite} any more: it carries ${readFileSync(note, "utf8").trim()}`;
  }
  return `linuxptp ${release} is not fetched: run "node tools/lab/fetch-linuxptp.ts ${release}"`;
}
