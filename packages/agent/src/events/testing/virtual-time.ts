/** A world with a clock of its own: timers run in order, promises settle in between. */
export interface VirtualTime {
  readonly nowMs: () => number;
  readonly later: (delayMs: number, run: () => void) => () => void;
  /** Lets time pass until then. */
  readonly runUntil: (endMs: number) => Promise<void>;
}

/** Longest chain of promises that is followed before time goes on. */
const turns = 16;

/** Creates a world at 0 ms. */
export function virtualTime(): VirtualTime {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    later: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => void (timers = timers.filter((each) => each !== timer));
    },
    runUntil: async (endMs) => {
      for (;;) {
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        const [next] = timers.toSorted((a, b) => a.atMs - b.atMs);
        if (next === undefined || next.atMs > endMs) break;
        timers = timers.filter((each) => each !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
      nowMs = endMs;
    },
  };
}
