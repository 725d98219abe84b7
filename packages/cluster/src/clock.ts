/** Time as this package needs it: never the wall clock, which PTP itself may set. */
export interface Clock {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Runs something once, `delayMs` from now; returns the way to prevent it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's monotonic clock. It goes on while the process is stopped. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or at once when the signal aborts. Never rejects: the caller looks at its signal. */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
