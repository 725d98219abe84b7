/** Sends reports, coalesced. */
export interface Reporter {
  /** Something changed: a report follows, at most one per interval. */
  changed(): void;
  stop(): void;
}

/** Changes that come together, such as those of one apply, become one report. */
const gatherMs = 20;

/**
 * Creates a reporter whose first report is due at once. `send` builds the report, so that it is always the newest, and
 * resolves when another may follow: a peer that does not read gets no queue. It never rejects.
 */
export function createReporter(send: () => Promise<void>, minIntervalMs = 1_000): Reporter {
  let timer: NodeJS.Timeout | undefined;
  let nextMs = 0;
  let sending = false;
  let isDue = false;
  let stopped = false;
  const schedule = (): void => {
    if (stopped || sending) return;
    timer ??= setTimeout(() => void fire(), Math.max(gatherMs, nextMs - performance.now()));
  };
  const fire = async (): Promise<void> => {
    timer = undefined;
    isDue = false;
    sending = true;
    nextMs = performance.now() + minIntervalMs;
    await send();
    sending = false;
    if (isDue) schedule();
  };
  void fire();
  return {
    changed: () => {
      isDue = true;
      schedule();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
