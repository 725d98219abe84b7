import { readFileSync } from "node:fs";

/** What the processors of a machine did up to a moment. */
export interface ProcessorTime {
  /** In clock ticks, over all processors: what programs here got. */
  readonly usedTicks: number;
  /** In clock ticks: what programs here wanted and the hypervisor gave to other guests. */
  readonly stolenTicks: number;
  /** Microseconds in which at least one program waited for a processor; absent where the kernel does not count it. */
  readonly waitedUs: number | undefined;
  /** On a clock that only goes on, in milliseconds. */
  readonly atMs: number;
}

/** Why programs were slow for no reason of their own. */
export interface Shortage {
  /** Of the time wanted from the processors, what other guests got: 0 to 1. */
  readonly stolenShare: number;
  /** Of the time that went by, that in which some program waited for a processor: 0 to 1. */
  readonly waitedShare: number;
}

/**
 * Reads what the processors did so far.
 * @source the kernel's Documentation/filesystems/proc.rst (1.7, columns of "cpu") and accounting/psi.rst
 */
export function readProcessorTime(read: (path: string) => string = readText): ProcessorTime {
  const columns = (/^cpu +(.+)$/m.exec(read("/proc/stat"))?.[1] ?? "").split(" ").map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = columns;
  const waited = /^some .*total=(\d+)$/m.exec(readIfThere(read, "/proc/pressure/cpu"))?.[1];
  return {
    usedTicks: user + nice + system + irq + softirq,
    stolenTicks: steal,
    waitedUs: waited === undefined ? undefined : Number(waited),
    atMs: performance.now(),
  };
}

/** What programs missed between two readings. */
export function shortage(from: ProcessorTime, to: ProcessorTime): Shortage {
  const stolen = to.stolenTicks - from.stolenTicks;
  const wanted = to.usedTicks - from.usedTicks + stolen;
  const waitedMs = ((to.waitedUs ?? 0) - (from.waitedUs ?? 0)) / 1_000;
  return {
    stolenShare: wanted > 0 ? stolen / wanted : 0,
    waitedShare: to.atMs > from.atMs ? Math.min(1, waitedMs / (to.atMs - from.atMs)) : 0,
  };
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}

/** Without PSI in the kernel the file is not there, or cannot be read. */
function readIfThere(read: (path: string) => string, path: string): string {
  try {
    return read(path);
  } catch {
    return "";
  }
}
