import { execFile } from "node:child_process";
import type { ProgramName } from "@ptp/node";

/** A program that does not answer by then has no version. */
const limitMs = 2_000;

/**
 * Arguments that make a program tell its version and end at once. timemaster and the gpsd programs know `-V` or `-v`
 * alike; synce4l tells its own with `-v`.
 */
const versionArgument: Readonly<Record<ProgramName, string>> = {
  chronyd: "-v",
  gpsd: "-V",
  gpspipe: "-V",
  ts2phc: "-v",
  synce4l: "-v",
  ptp4l: "-v",
  phc2sys: "-v",
  timemaster: "-v",
};

/** Asks a program for its version; undefined if it tells none. Never throws. */
export function readProgramVersion(name: ProgramName, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Some releases print on stdout, some on stderr, and some exit with an error while doing so.
    execFile(
      path,
      [versionArgument[name]],
      { timeout: limitMs, killSignal: "SIGKILL", maxBuffer: 65_536, env: { LC_ALL: "C" } },
      (_error, stdout, stderr) => resolve(parseVersion(`${stdout}\n${stderr}`)),
    );
  });
}

/** The first version number of a text, such as `4.2` in `4.2-1` or `4.3` in `chronyd (chrony) version 4.3 (+CMDMON …)`. */
export function parseVersion(text: string): string | undefined {
  return /(?:^|[\s(v])(\d+\.\d+(?:\.\d+)*)/m.exec(text)?.[1];
}
