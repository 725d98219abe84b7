import { join } from "node:path";
import type { DefaultDataSet } from "@ptp/ptp";
import type { Host } from "../../lab/lab.ts";

/** What the probe prints when the answer changes; no data set: ptp4l does not answer. */
export interface ProbeLine {
  readonly atUnixMs: number;
  readonly dataSet?: DefaultDataSet | undefined;
}

/** Watches one ptp4l of a host from beside it, with nothing of the agent in between. */
export interface ClockProbe {
  /** When an answer for which `wanted` holds was first seen at or after `sinceUnixMs`; undefined: not yet. */
  firstSeen(wanted: (dataSet: DefaultDataSet) => boolean, sinceUnixMs: number): number | undefined;
  stop(): Promise<void>;
}

const program = join(import.meta.dirname, "clock-probe-program.ts");

/** Starts a probe and waits for its first line. */
export async function startClockProbe(host: Host, socketPath: string, domainNumber: number): Promise<ClockProbe> {
  const watcher = host.spawn([process.execPath, program, socketPath, String(domainNumber)]);
  await watcher.log.waitFor(/^\{/, 60_000);
  return {
    firstSeen: (wanted, sinceUnixMs) =>
      watcher.log.lines
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as ProbeLine)
        .find(({ atUnixMs, dataSet }) => atUnixMs >= sinceUnixMs && dataSet !== undefined && wanted(dataSet))?.atUnixMs,
    stop: async () => void (await watcher.stop(1_000)),
  };
}
