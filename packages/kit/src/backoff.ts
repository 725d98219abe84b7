/** Delays of an exponential back-off. */
export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** Growth from one delay to the next; default 2. */
  readonly factor?: number;
  /** Share of each delay that is random, 0..1; default 0.5, so that many agents do not come back in step. */
  readonly jitter?: number;
  /** Uniform in [0, 1); such as Math.random. */
  readonly random: () => number;
}

/** State of a back-off. */
export interface Backoff {
  /** Milliseconds to wait before the next try. */
  next(): number;
  /** Starts over after a success. */
  reset(): void;
}

/** Creates an exponential back-off with jitter; a delay never exceeds `maxMs`. */
export function createBackoff(options: BackoffOptions): Backoff {
  const { initialMs, maxMs, factor = 2, jitter = 0.5, random } = options;
  let tries = 0;
  return {
    next: () => {
      // The exponent is bounded too: a year of failures must not end in Infinity times zero.
      const full = Math.min(maxMs, initialMs * factor ** Math.min(tries, 64));
      tries += 1;
      return full * (1 - jitter * random());
    },
    reset: () => {
      tries = 0;
    },
  };
}
