/** A bucket of tokens: `take` says whether one more event is within the limit. */
export interface RateLimit {
  take(nowMs: number): boolean;
}

/** Allows `burst` events at once and `perSecond` in the long run. */
export function createRateLimit(burst: number, perSecond: number): RateLimit {
  let tokens = burst;
  let lastMs: number | undefined;
  return {
    take: (nowMs) => {
      tokens = Math.min(burst, tokens + ((nowMs - (lastMs ?? nowMs)) / 1000) * perSecond);
      lastMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
