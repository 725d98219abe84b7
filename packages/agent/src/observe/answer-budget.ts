/** How many answers may be on their way at once. */
export interface AnswerBudget {
  /** Waits for room for `count` answers, first come first served; call what it resolves to when they are in or given up. */
  take(count: number): Promise<() => void>;
}

interface Waiter {
  readonly count: number;
  readonly admit: () => void;
}

/**
 * Creates a budget. ptp4l blocks while the asker's queue is full (`net.unix.max_dgram_qlen`, often 10 datagrams): an agent
 * that is stopped or starved must never have asked for more than its queue holds, or it would stop ptp4l with it.
 */
export function createAnswerBudget(limit: number): AnswerBudget {
  const waiters: Waiter[] = [];
  let free = limit;
  const admitWaiters = (): void => {
    for (let first = waiters[0]; first !== undefined && first.count <= free; first = waiters[0]) {
      waiters.shift();
      free -= first.count;
      first.admit();
    }
  };
  return {
    take: (wanted) => {
      const count = Math.min(wanted, limit);
      let released = false;
      const release = (): void => {
        if (released) return;
        released = true;
        free += count;
        admitWaiters();
      };
      return new Promise((resolve) => {
        waiters.push({ count, admit: () => resolve(release) });
        admitWaiters();
      });
    },
  };
}
