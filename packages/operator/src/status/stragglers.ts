import { keyText, type StatusKey } from "../store/object-key.ts";

interface Keyed {
  readonly key: StatusKey;
}

/** Objects whose last write failed, so that what is refused for good keeps nobody else waiting. Times of one clock. */
export interface Stragglers {
  /** Whoever is not among these is forgotten. */
  forgetOthers(entries: readonly Keyed[]): void;
  /** How long an object has to wait before it is tried again; 0: not at all. */
  waitMs(key: StatusKey, nowMs: number): number;
  /** What is due, they at its end: who failed longest ago first. */
  putLast<T extends Keyed>(due: readonly T[]): readonly T[];
  /** An object was written, or was not. */
  note(key: StatusKey, isWritten: boolean, nowMs: number): void;
}

/** Creates a memory without any; each waits for `retryMs`. */
export function createStragglers(retryMs: number): Stragglers {
  /** In the order in which they failed. */
  const failed = new Map<string, number>();
  return {
    forgetOthers: (entries) => {
      if (failed.size === 0) return;
      const names = new Set(entries.map(({ key }) => keyText(key)));
      for (const name of failed.keys()) if (!names.has(name)) failed.delete(name);
    },
    waitMs: (key, nowMs) => {
      const failedMs = failed.size === 0 ? undefined : failed.get(keyText(key));
      return failedMs === undefined ? 0 : Math.max(0, failedMs + retryMs - nowMs);
    },
    putLast: <T extends Keyed>(due: readonly T[]) => {
      if (failed.size === 0) return due;
      const late = new Map(due.flatMap((each) => (failed.has(keyText(each.key)) ? [[keyText(each.key), each]] : [])));
      const first = due.filter(({ key }) => !failed.has(keyText(key)));
      return [...first, ...[...failed.keys()].flatMap((name) => late.get(name) ?? [])];
    },
    note: (key, isWritten, nowMs) => {
      const name = keyText(key);
      failed.delete(name);
      if (!isWritten) failed.set(name, nowMs);
    },
  };
}
