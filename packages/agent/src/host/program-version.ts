import { execFile } from "node:child_process";
import type { ProgramName } from "@ptp/node";

/** A program that has not answered by then is ended. Long, since a machine may stand still for seconds. */
const defaultLimitMs = 5_000;

/** What a program told. */
export interface VersionAnswer {
  /** Absent: it told none. */
  readonly version?: string;
  /** It was ended before it had answered: it may answer another time. */
  readonly isLate: boolean;
}

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

/** Asks a program for its version. Never throws. */
export function readProgramVersion(
  name: ProgramName,
  path: string,
  limitMs: number = defaultLimitMs,
): Promise<VersionAnswer> {
  return new Promise((resolve) => {
    // Some releases print on stdout, some on stderr, and some exit with an error while doing so.
    execFile(
      path,
      [versionArgument[name]],
      { timeout: limitMs, killSignal: "SIGKILL", maxBuffer: 65_536, env: { LC_ALL: "C" } },
      (error, stdout, stderr) => {
        const version = parseVersion(`${stdout}\n${stderr}`);
        resolve(version === undefined ? { isLate: error?.killed === true } : { version, isLate: false });
      },
    );
  });
}

/** The first version number of a text, such as `4.2` in `4.2-1` or `4.3` in `chronyd (chrony) version 4.3 (+CMDMON …)`. */
export function parseVersion(text: string): string | undefined {
  return /(?:^|[\s(v])(\d+\.\d+(?:\.\d+)*)/m.exec(text)?.[1];
}
