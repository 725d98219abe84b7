/** Sends reports, coalesced. */
export interface Reporter {
  /** Something changed: a report follows, at most one per interval. */
  changed(): void;
  stop(): void;
}

/** Changes that come together, such as those of one apply, become one report. */
const gatherMs = 20;

/** Creates a reporter whose first report is due at once. `send` builds the report, so that it is always the newest. */
export function createReporter(send: () => void, minIntervalMs = 1_000): Reporter {
  let timer: NodeJS.Timeout | undefined;
  let nextMs = 0;
  let stopped = false;
  const fire = (): void => {
    timer = undefined;
    nextMs = performance.now() + minIntervalMs;
    send();
  };
  fire();
  return {
    changed: () => {
      if (!stopped) timer ??= setTimeout(fire, Math.max(gatherMs, nextMs - performance.now()));
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
