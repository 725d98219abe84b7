import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./monotonic.ts";
import { sampleProcess } from "./process-sample.ts";

/** What a process used over a while. */
export interface Footprint {
  /** One sample a second. */
  readonly rssMiB: readonly number[];
  readonly anonymousMiB: readonly number[];
  /** CPU time by wall time, in percent of one core. */
  readonly cpuPercent: number;
}

/** Watches a process for a while, which it must survive. */
export async function watchProcess(pid: number, durationMs: number): Promise<Footprint> {
  const startedMs = monotonicMs();
  const before = sampleProcess(pid);
  const samples = [before];
  while (monotonicMs() - startedMs < durationMs) {
    await sleep(Math.min(1_000, durationMs));
    samples.push(sampleProcess(pid));
  }
  const elapsedMs = monotonicMs() - startedMs;
  const usedMs = (samples.at(-1)?.cpuMs ?? 0) - before.cpuMs;
  return {
    rssMiB: samples.map(({ rssMiB }) => rssMiB),
    anonymousMiB: samples.map(({ anonymousMiB }) => anonymousMiB),
    cpuPercent: (100 * usedMs) / elapsedMs,
  };
}
