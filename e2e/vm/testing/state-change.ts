/** A transition of a clock, or of what it announces, as the agent logs it. */
export interface StateChange {
  /** When the agent told it, in milliseconds of performance.now. A line may be read much later in an emulated machine. */
  readonly atMs: number;
  /** `ptp4l`, `CLOCK_REALTIME`, … */
  readonly clock: string;
  readonly config: string;
  readonly profile: string;
  readonly from: string;
  readonly to: string;
  /** The cause chain, nearest cause first, by semicolons. */
  readonly cause: string;
}

/** The change in a line of an agent's log; undefined if it has none. */
export function readStateChange(text: string): StateChange | undefined {
  if (!/"message":"clock (state|class|gnss state|source) changed"/.test(text)) return undefined;
  const words = JSON.parse(text) as Partial<Record<string, string>>;
  const { timestamp = "", clock = "", config = "", profile = "", from = "", to = "", cause = "" } = words;
  // What phc2sys steps meanwhile, a millisecond or so, does not matter.
  const atMs = Date.parse(timestamp) - performance.timeOrigin;
  return { atMs, clock, config, profile, from, to, cause };
}

/**
 * One change that a story expects: `ptp4l LOCKED HOLDOVER`, or `ptp4l of nic-a LOCKED HOLDOVER` where several profiles have
 * such a clock, or a pattern of such words; and what its cause says.
 */
export type ExpectedChange = readonly [change: string, cause: RegExp];

/**
 * What is wrong with a story so far; undefined: nothing. Each clock has its own order; which of two clocks is told of first
 * is the business of their programs.
 */
export function storyProblem(changes: readonly StateChange[], expected: readonly ExpectedChange[]): string | undefined {
  const changesByName = Map.groupBy(changes, (change) => nameIn(expected, change));
  for (const [name, those] of changesByName) {
    const problem = problemOfClock(
      name,
      those,
      expected.filter(([change]) => change.startsWith(`${name} `)),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A clock is called by its profile too where the story does so. */
function nameIn(expected: readonly ExpectedChange[], { clock, profile }: StateChange): string {
  const hasProfiles = expected.some(([change]) => change.startsWith(`${clock} of `));
  return hasProfiles ? `${clock} of ${profile}` : clock;
}

function problemOfClock(
  name: string,
  changes: readonly StateChange[],
  expected: readonly ExpectedChange[],
): string | undefined {
  for (const [index, { from, to, cause }] of changes.entries()) {
    const seen = `${name} ${from} ${to}`;
    const [wanted, pattern] = expected[index] ?? [];
    if (wanted === undefined || pattern === undefined) return `more than was expected: ${seen}: ${cause}`;
    if (!new RegExp(`^${wanted}$`).test(seen)) return `${seen} (${cause}) instead of ${wanted}`;
    if (!pattern.test(cause)) return `${seen}: the cause is not ${String(pattern)}: ${cause}`;
  }
  return undefined;
}
