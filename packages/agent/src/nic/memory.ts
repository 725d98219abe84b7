/** Remembers what was read of things for as long as they are there. */
export interface Memory<T> {
  /** What is known under a key, read if nothing is. */
  recall(key: string, read: () => Promise<T>): Promise<T>;
  /** Forgets all but these keys. */
  retain(keys: ReadonlySet<string>): void;
}

/** Creates an empty memory. */
export function createMemory<T>(): Memory<T> {
  const known = new Map<string, { readonly value: T }>();
  return {
    recall: async (key, read) => {
      const entry = known.get(key) ?? { value: await read() };
      known.set(key, entry);
      return entry.value;
    },
    retain: (keys) => {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    },
  };
}
