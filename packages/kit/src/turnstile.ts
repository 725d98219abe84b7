/** Lets so many through at a time; the others wait in the order in which they came. */
export interface Turnstile {
  /** Runs a task when its turn comes. */
  pass<T>(task: () => Promise<T>): Promise<T>;
  /** How many wait. */
  waiting(): number;
}

/** Creates a turnstile for `width` tasks at a time. Whoever uses it has to bound who may wait. */
export function createTurnstile(width: number): Turnstile {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    pass: async (task) => {
      if (running === width) await new Promise<void>((resolve) => queue.push(resolve));
      else running++;
      try {
        return await task();
      } finally {
        const next = queue.shift();
        // Whoever comes next takes the place over.
        if (next === undefined) running--;
        else next();
      }
    },
    waiting: () => queue.length,
  };
}
