import { keyText, type StatusKey } from "../store/object-key.ts";

/** Objects whose last write failed, so that what is refused for good keeps nobody else waiting. */
export interface Stragglers {
  /** What is due, they at its end: who failed longest ago first. Of what is not due any more nothing is remembered. */
  putLast<T extends { readonly key: StatusKey }>(due: readonly T[]): readonly T[];
  /** An object was written, or was not. */
  note(key: StatusKey, isWritten: boolean): void;
}

/** Creates a memory without any. */
export function createStragglers(): Stragglers {
  /** In the order in which they failed. */
  const failed = new Set<string>();
  return {
    putLast: <T extends { readonly key: StatusKey }>(due: readonly T[]) => {
      if (failed.size === 0) return due;
      const byName = new Map(due.map((each) => [keyText(each.key), each]));
      for (const name of failed) if (!byName.has(name)) failed.delete(name);
      const first = due.filter(({ key }) => !failed.has(keyText(key)));
      return [...first, ...[...failed].flatMap((name) => byName.get(name) ?? [])];
    },
    note: (key, isWritten) => {
      const name = keyText(key);
      failed.delete(name);
      if (!isWritten) failed.add(name);
    },
  };
}
