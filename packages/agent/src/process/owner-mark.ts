import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { sleep, type Logger } from "@ptp/kit";
import { signalProcess } from "./signal-group.ts";

/** Environment variable by which an agent knows the programs it started, and their children. */
const ownerVariable = "PTP_AGENT_OWNER";

/** Killed processes are waited for no longer than this: their sockets and ports are free once they are gone. */
const sweepLimitMs = 2_000;

/** The mark of an agent: the same after a restart, another one for another node or state directory. */
export function ownerMark(nodeName: string, stateDirectory: string): Readonly<Record<string, string>> {
  return { [ownerVariable]: `${nodeName}@${stateDirectory}` };
}

/** What a sweep needs. */
export interface SweepOptions {
  readonly mark: Readonly<Record<string, string>>;
  /** Mount point of procfs. */
  readonly procPath: string;
  readonly ownPid: number;
  readonly log: Logger;
}

/**
 * Kills what a former agent with the same mark left running; gives the number of processes. A death signal ends programs
 * with their agent already; this catches what has no such signal: programs on hosts without setpriv, and their children.
 */
export async function sweepLeftovers({ mark, procPath, ownPid, log }: SweepOptions): Promise<number> {
  if (!(await showsOwnPids(procPath, ownPid))) {
    log.warn("cannot look for leftovers of a former agent: this procfs is another pid namespace's", { procPath });
    return 0;
  }
  const leftovers = await findMarked(mark, procPath, ownPid);
  for (const pid of leftovers) {
    log.warn("killing a process that a former agent left behind", { pid, command: await commandLine(procPath, pid) });
    signalProcess(pid, "SIGKILL");
  }
  const endMs = performance.now() + sweepLimitMs;
  while (leftovers.length > 0 && performance.now() < endMs) {
    if ((await findMarked(mark, procPath, ownPid)).length === 0) break;
    await sleep(10);
  }
  return leftovers.length;
}

/** Numbers of another pid namespace must never be signalled. */
async function showsOwnPids(procPath: string, ownPid: number): Promise<boolean> {
  try {
    return (await readlink(join(procPath, "self"))) === String(ownPid);
  } catch {
    return false;
  }
}

async function findMarked(
  mark: Readonly<Record<string, string>>,
  procPath: string,
  ownPid: number,
): Promise<readonly number[]> {
  const wanted = Object.entries(mark).map(([name, value]) => `${name}=${value}`);
  const pids = (await readdir(procPath)).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked: number[] = [];
  for (let at = 0; at < pids.length; at += readAtOnce) {
    const some = pids.slice(at, at + readAtOnce).filter((pid) => pid !== ownPid);
    const variables = await Promise.all(some.map((pid) => readProc(join(procPath, String(pid), "environ"))));
    // The environment of a zombie is empty, so it does not count as left over.
    marked.push(...some.filter((_, index) => hasAll(variables[index]?.split("\0"), wanted)));
  }
  return marked;
}

/** A host has thousands of processes: all at once would need as many file descriptors, and memory for all. */
const readAtOnce = 32;

function hasAll(variables: readonly string[] = [], wanted: readonly string[]): boolean {
  return wanted.every((variable) => variables.includes(variable));
}

async function commandLine(procPath: string, pid: number): Promise<string> {
  return (await readProc(join(procPath, String(pid), "cmdline"))).split("\0").join(" ").trim().slice(0, 200);
}

/** Processes come and go, and some are not ours to read: both give nothing. */
async function readProc(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}
