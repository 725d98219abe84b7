/** How long a key waits after failures. */
export interface RateLimiter {
  /** The wait after one more failure of this key, milliseconds. */
  next(key: string): number;
  /** The key is fine again. */
  forget(key: string): void;
  failures(key: string): number;
}

/** Bounds of an exponential limiter. */
export interface RateLimiterOptions {
  /** Default 5, as controller-runtime. */
  readonly baseMs?: number;
  /** Default 1 000 000, as controller-runtime. */
  readonly maxMs?: number;
}

/** Creates a limiter whose wait doubles with each failure of a key in a row. Keys without failures take no memory. */
export function createRateLimiter({ baseMs = 5, maxMs = 1_000_000 }: RateLimiterOptions = {}): RateLimiter {
  const failures = new Map<string, number>();
  return {
    next: (key) => {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      return Math.min(maxMs, baseMs * 2 ** Math.min(count, 64));
    },
    forget: (key) => void failures.delete(key),
    failures: (key) => failures.get(key) ?? 0,
  };
}
