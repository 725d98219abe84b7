import type { ConsumerAnswer } from "./raw-consumer.ts";

/** A number in [0, 1). */
export type Chance = () => number;

/** One consumer as the oracle sees it. */
export interface WatchedConsumer {
  /** Takes or fails; to be given to a server. */
  readonly take: (path: string, body: string) => ConsumerAnswer;
  /** From now on it takes everything. */
  heal(): void;
  /** The number it was told last. */
  newest(): number;
  /** Older numbers that came after newer ones. */
  reordered(): number;
  /** Numbers from `first` to `last` that it was never told. */
  missing(first: number, last: number): number;
  /** Events that came again with their id. */
  repeated(): number;
}

/**
 * A consumer of a value that counts up, so that an older state is a smaller number. It fails at random: cuts the connection
 * before or after it took the event, or asks to try later.
 */
export function watchConsumer(chance: Chance): WatchedConsumer {
  const numbers = new Set<number>();
  const ids = new Set<string>();
  let [newest, reordered, repeated] = [-1, 0, 0];
  let isWell = false;
  return {
    take: (_path, body) => {
      const dice = isWell ? 1 : chance();
      if (dice < 0.01) return "cut";
      if (dice < 0.02) return 503;
      if (dice < 0.0205) return "hang";
      const { id, data } = JSON.parse(body) as { id: string; data: { values: { value: string }[] } };
      const number = Number(data.values[0]?.value);
      if (ids.has(id)) repeated += 1;
      if (number < newest) reordered += 1;
      ids.add(id);
      numbers.add(number);
      newest = Math.max(newest, number);
      return dice < 0.03 ? "cut" : 204;
    },
    heal: () => void (isWell = true),
    newest: () => newest,
    reordered: () => reordered,
    repeated: () => repeated,
    missing: (first, last) => {
      let count = 0;
      for (let number = first; number <= last; number++) if (!numbers.has(number)) count += 1;
      return count;
    },
  };
}
