import { summarize, type Summary } from "./summary.ts";

/** What a number may be at most. */
export interface Target {
  readonly of: "p50" | "p99" | "max";
  readonly atMost: number;
}

/** One thing measured in one run. */
export interface Measurement {
  /** What it is, such as `rename to running`. */
  readonly name: string;
  /** `ms`, `MiB`, `×` (a ratio), … */
  readonly unit: string;
  readonly samples: readonly number[];
  readonly target?: Target;
  /** What one has to know to read the number. */
  readonly note?: string;
}

/** Whether a target was met; undefined without one. */
export function isMet({ samples, target }: Measurement): boolean | undefined {
  return target === undefined ? undefined : valueOf(summarize(samples), target) <= target.atMost;
}

/** A target in words: `p99 ≤ 1000`. */
export function targetText({ target }: Measurement): string {
  return target === undefined ? "" : `${target.of} ≤ ${target.atMost}`;
}

/** A measurement of one number. */
export function single(name: string, unit: string, value: number, more: Partial<Measurement> = {}): Measurement {
  return { name, unit, samples: [value], ...more };
}

function valueOf(summary: Summary, { of }: Target): number {
  return summary[of];
}
