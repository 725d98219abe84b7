/** Keeps writes of one object apart. Times by a clock that never goes back. */
export interface Pace {
  /** How long an object has to wait before it may be written again; 0: not at all. */
  waitMs(object: string, nowMs: number): number;
  /** The object was written. */
  note(object: string, nowMs: number): void;
}

/** Creates a pace of one write per object in `intervalMs`; it remembers no more than what was written within that time. */
export function createPace(intervalMs: number): Pace {
  const written = new Map<string, number>();
  return {
    waitMs: (object, nowMs) => Math.max(0, (written.get(object) ?? -Infinity) + intervalMs - nowMs),
    note: (object, nowMs) => {
      written.delete(object);
      written.set(object, nowMs);
      for (const [oldest, writtenMs] of written) {
        if (writtenMs + intervalMs > nowMs) return;
        written.delete(oldest);
      }
    },
  };
}
