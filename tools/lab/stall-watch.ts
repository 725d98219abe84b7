/** How long the machine stood still, from when it is watched. */
export interface StallWatch {
  /** Each time so far that it stood still for longer than wanted, by default {@link stallMs}, in milliseconds. */
  readonly stallsMs: readonly number[];
  stop(): void;
}

/** A machine that stands still for so long may take silence of its own making for silence of others. */
export const stallMs = 500;
const beatMs = 100;

/** Watches from now on by how late a timer of an idle process comes; does not keep the process alive. */
export function watchStalls(
  told: (lateMs: number) => void = () => undefined,
  longerThanMs: number = stallMs,
): StallWatch {
  const stallsMs: number[] = [];
  let lastBeatMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const lateMs = Math.round(nowMs - lastBeatMs - beatMs);
    lastBeatMs = nowMs;
    if (lateMs <= longerThanMs) return;
    stallsMs.push(lateMs);
    told(lateMs);
  }, beatMs);
  timer.unref();
  return { stallsMs, stop: () => clearInterval(timer) };
}
