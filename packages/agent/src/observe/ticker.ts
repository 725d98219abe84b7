/** What a ticker needs. */
export interface TickerOptions {
  /** Tells the time. */
  readonly tick: () => void;
  /** In how many milliseconds time alone changes something; undefined: it does not. */
  readonly dueInMs: () => number | undefined;
}

/** Tells the time where nothing else does. */
export interface Ticker {
  /** Begins; once it has, nothing. */
  start(): void;
  stop(): void;
}

/** Every limit there is, is a second at least: what is due in the next one is known at its beginning. */
const tickMs = 1_000;
const shortestMs = 10;

/** Creates a ticker: once a second, and when something is due in between. */
export function createTicker({ tick, dueInMs }: TickerOptions): Ticker {
  let every: NodeJS.Timeout | undefined;
  let due: NodeJS.Timeout | undefined;
  const turn = (): void => {
    tick();
    clearTimeout(due);
    const inMs = dueInMs() ?? Infinity;
    if (inMs < tickMs) due = setTimeout(turn, Math.max(shortestMs, Math.ceil(inMs)));
  };
  return {
    start: () => {
      every ??= setInterval(turn, tickMs);
    },
    stop: () => {
      clearInterval(every);
      clearTimeout(due);
    },
  };
}
