/** A number of places that are taken in the order of asking. */
export interface Slots {
  /** Runs at once or when a place is left. */
  enter(run: () => void): void;
  leave(): void;
}

/** Creates free places. */
export function createSlots(count: number): Slots {
  let free = count;
  let waiting: (() => void)[] = [];
  let next = 0;
  return {
    enter: (run) => {
      if (free <= 0) return void waiting.push(run);
      free -= 1;
      run();
    },
    leave: () => {
      const run = waiting[next];
      if (run === undefined) {
        free += 1;
        waiting = [];
        next = 0;
        return;
      }
      next += 1;
      // What was served is not kept for ever, nor moved at each turn.
      if (next > 1_024) {
        waiting = waiting.slice(next);
        next = 0;
      }
      run();
    },
  };
}
