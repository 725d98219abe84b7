import type { ProgramName } from "@ptp/node";
import type { Reply } from "./question.ts";
import { runBriefly, type BriefRun } from "./run-briefly.ts";

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

/** Asks a program for its version; undefined if it tells none. */
export async function readProgramVersion(
  name: ProgramName,
  run: Omit<BriefRun, "args">,
): Promise<Reply<string | undefined>> {
  // Some releases print on stdout, some on stderr, and some exit with an error while doing so.
  const { stdout, stderr, wasEnded } = await runBriefly({ ...run, args: [versionArgument[name]] });
  const told = parseVersion(`${stdout}\n${stderr}`);
  return told === undefined && wasEnded ? { isLate: true } : { isLate: false, told };
}

/** The first version number of a text, such as `4.2` in `4.2-1` or `4.3` in `chronyd (chrony) version 4.3 (+CMDMON …)`. */
export function parseVersion(text: string): string | undefined {
  return /(?:^|[\s(v])(\d+\.\d+(?:\.\d+)*)/m.exec(text)?.[1];
}
