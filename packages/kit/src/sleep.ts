/** Resolves after `delayMs`, or at once when the signal aborts. Never rejects: the caller looks at its signal. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** True if the promise settles within `limitMs`; its failure counts as settled and is the caller's to look at. */
export async function settlesWithin(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  const stop = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = sleep(limitMs, stop.signal).then(() => false);
  const result = await Promise.race([settled, late]);
  stop.abort();
  return result;
}
