import { readFileSync } from "node:fs";

/** What the processors of a machine did up to a moment, in clock ticks, over all of them. */
export interface ProcessorTime {
  /** What programs here got. */
  readonly usedTicks: number;
  /** What programs here wanted and the hypervisor gave to other guests. */
  readonly stolenTicks: number;
}

/**
 * Reads what the processors did so far; never stolen from is a machine that is nobody's guest.
 * @source the kernel's Documentation/filesystems/proc.rst, 1.7: columns of "cpu"
 */
export function readProcessorTime(stat: string = readFileSync("/proc/stat", "utf8")): ProcessorTime {
  const columns = (/^cpu +(.+)$/m.exec(stat)?.[1] ?? "").split(" ").map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = columns;
  return { usedTicks: user + nice + system + irq + softirq, stolenTicks: steal };
}

/** Of the time wanted from the processors between two readings, what other guests got: 0 to 1. */
export function stolenShare(from: ProcessorTime, to: ProcessorTime): number {
  const stolen = to.stolenTicks - from.stolenTicks;
  const wanted = to.usedTicks - from.usedTicks + stolen;
  return wanted > 0 ? stolen / wanted : 0;
}
