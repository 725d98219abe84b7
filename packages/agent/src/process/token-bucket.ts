/** Lets through a sustained rate and a burst. */
export interface TokenBucket {
  /** True if one more may pass now. */
  take(nowMs: number): boolean;
}

/** Creates a full bucket of `burst` tokens that refills with `perSecond`; `nowMs` is monotonic. */
export function createTokenBucket({
  perSecond,
  burst,
}: {
  readonly perSecond: number;
  readonly burst: number;
}): TokenBucket {
  let tokens = burst;
  let lastMs: number | undefined;
  return {
    take: (nowMs) => {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - (lastMs ?? nowMs)) * perSecond) / 1000);
      lastMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
