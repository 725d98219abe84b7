import { readdirSync, readFileSync } from "node:fs";

/** What a process uses. */
export interface ProcessSample {
  /** Resident memory. */
  readonly rssMiB: number;
  /** The part of it that no file backs. */
  readonly anonymousMiB: number;
  /** CPU time of all its threads so far; not of its children. */
  readonly cpuMs: number;
}

/** Looks at a process now. Throws when it has ended. */
export function sampleProcess(pid: number): ProcessSample {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return { rssMiB: mebibytes(status, "VmRSS"), anonymousMiB: mebibytes(status, "RssAnon"), cpuMs: cpuMs(pid) };
}

function mebibytes(status: string, field: string): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  return Number(kibibytes) / 1024;
}

/** By the scheduler's own account in nanoseconds: `stat` counts in steps of 10 ms. */
function cpuMs(pid: number): number {
  let totalNs = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [runNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    totalNs += Number(runNs);
  }
  return totalNs / 1e6;
}
