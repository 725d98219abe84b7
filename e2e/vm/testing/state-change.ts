/** A transition of a clock, or of what it announces, as the agent logs it. */
export interface StateChange {
  /** When its line was read, in milliseconds of performance.now. */
  readonly atMs: number;
  /** `ptp4l`, `CLOCK_REALTIME`, … */
  readonly clock: string;
  readonly config: string;
  readonly from: string;
  readonly to: string;
  /** The cause chain, nearest cause first, by semicolons. */
  readonly cause: string;
}

/** The change in a line of an agent's log; undefined if it has none. */
export function readStateChange({
  atMs,
  text,
}: {
  readonly atMs: number;
  readonly text: string;
}): StateChange | undefined {
  if (!/"message":"clock (state|class|gnss state|source) changed"/.test(text)) return undefined;
  const { clock, config, from, to, cause } = JSON.parse(text) as Record<string, string>;
  return { atMs, clock: clock ?? "", config: config ?? "", from: from ?? "", to: to ?? "", cause: cause ?? "" };
}

/** One change that a story expects: `ptp4l LOCKED HOLDOVER`, or a pattern of such words; and what its cause says. */
export type ExpectedChange = readonly [change: string, cause: RegExp];

/**
 * What is wrong with a story so far; undefined: nothing. Each clock has its own order; which of two clocks is told of first
 * is the business of their programs.
 */
export function storyProblem(changes: readonly StateChange[], expected: readonly ExpectedChange[]): string | undefined {
  const clocks = new Set(changes.map(({ clock }) => clock));
  for (const clock of clocks) {
    const problem = problemOfClock(
      changes.filter((change) => change.clock === clock),
      expected.filter(([change]) => change.startsWith(`${clock} `)),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfClock(changes: readonly StateChange[], expected: readonly ExpectedChange[]): string | undefined {
  for (const [index, { clock, from, to, cause }] of changes.entries()) {
    const seen = `${clock} ${from} ${to}`;
    const [wanted, pattern] = expected[index] ?? [];
    if (wanted === undefined || pattern === undefined) return `more than was expected: ${seen}: ${cause}`;
    if (!new RegExp(`^${wanted}$`).test(seen)) return `${seen} (${cause}) instead of ${wanted}`;
    if (!pattern.test(cause)) return `${seen}: the cause is not ${String(pattern)}: ${cause}`;
  }
  return undefined;
}
