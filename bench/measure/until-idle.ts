import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./monotonic.ts";
import { sampleProcess } from "./process-sample.ts";

/** A process is idle when it uses less than this of a core; 5,000 sessions that stand still cost a few percent. */
const idleShare = 0.1;
const windowMs = 250;

/** Waits until a process has done next to nothing for `quietMs`, at most `timeoutMs`. */
export async function untilIdle(
  pid: number,
  { quietMs, timeoutMs }: { readonly quietMs: number; readonly timeoutMs: number },
): Promise<void> {
  const deadlineMs = monotonicMs() + timeoutMs;
  let idleMs = 0;
  while (idleMs < quietMs && monotonicMs() < deadlineMs) {
    const before = sampleProcess(pid).cpuMs;
    await sleep(windowMs);
    const isIdle = sampleProcess(pid).cpuMs - before < windowMs * idleShare;
    idleMs = isIdle ? idleMs + windowMs : 0;
  }
}
