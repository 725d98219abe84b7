/** A timer that comes so much later than asked for tells of a process that stood still. */
const lateMs = 200;

/**
 * Calls `expire` when `limitMs` have passed, and returns what calls it off. A process that stood still hears what came
 * meanwhile only after its timers: one that is late gives those who answered in time a moment to be heard.
 */
export function startDeadline(limitMs: number, expire: () => void): () => void {
  let dueMs = performance.now() + limitMs;
  let timer = setTimeout(judge, limitMs);
  function judge(): void {
    const nowMs = performance.now();
    if (nowMs - dueMs < lateMs) return expire();
    dueMs = nowMs + lateMs;
    timer = setTimeout(judge, lateMs);
  }
  return () => clearTimeout(timer);
}
