import type { SeenChange } from "./read-changes.ts";
import type { ExpectedChange } from "./scenario.ts";

const firstConfig = "ptp4l.0.config";

/** What is wrong with the changes seen, or undefined: each clock's must be those expected of it, in order, and no more. */
export function compareChanges(expected: readonly ExpectedChange[], seen: readonly SeenChange[]): string | undefined {
  const configs = new Set([...expected.map(({ config = firstConfig }) => config), ...seen.map(({ config }) => config)]);
  for (const config of configs) {
    const wanted = expected.filter((each) => (each.config ?? firstConfig) === config);
    const found = seen.filter((each) => each.config === config);
    if (!matches(wanted, found)) return told(config, wanted, found);
  }
  return undefined;
}

function matches(wanted: readonly ExpectedChange[], found: readonly SeenChange[]): boolean {
  return (
    wanted.length === found.length &&
    wanted.every(({ from, to, cause }, place) => {
      const seen = found[place];
      return seen !== undefined && seen.from === from && seen.to === to && cause.test(seen.cause);
    })
  );
}

function told(config: string, wanted: readonly ExpectedChange[], found: readonly SeenChange[]): string {
  return [
    `changes of ${config}: expected`,
    ...wanted.map(({ from, to, cause }) => `  ${from} -> ${to}: ${String(cause)}`),
    "seen",
    ...found.map(({ from, to, cause }) => `  ${from} -> ${to}: ${cause}`),
  ].join("\n");
}
