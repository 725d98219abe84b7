/** Runs tasks; of those that share a key each begins when the ones that came before it have ended. */
export type InTurn = <T>(keys: readonly string[], task: () => Promise<T>) => Promise<T>;

/** Creates turns for any number of keys; one is forgotten when nobody waits for it. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (keys, task) => {
    const turn = Promise.allSettled(keys.flatMap((key) => last.get(key) ?? [])).then(task);
    for (const key of keys) last.set(key, turn);
    try {
      return await turn;
    } finally {
      for (const key of keys) if (last.get(key) === turn) last.delete(key);
    }
  };
}
