import type { Instant } from "@ptp/node";

/** A value that a clock has now, since when, and why; nearest cause first. */
export interface Fact<T> {
  readonly value: T;
  readonly since: Instant;
  readonly cause: readonly string[];
}

/** A fact took another value: one record per transition, with one chain of causes. */
export interface Change<T> {
  readonly from: T;
  readonly to: T;
  /** Since when `to` holds. */
  readonly at: Instant;
  readonly cause: readonly string[];
}

/** Takes `value` for the fact: a change if it is another one, else since and cause of the transition stay. */
export function settleFact<T>(
  fact: Fact<T>,
  value: T,
  cause: readonly string[],
  now: Instant,
): { readonly fact: Fact<T>; readonly change?: Change<T> } {
  if (value === fact.value) return { fact };
  return { fact: { value, since: now, cause }, change: { from: fact.value, to: value, at: now, cause } };
}

/** Earliest of the moments that are yet to come, in monotonic milliseconds; undefined if there is none. */
export function earliestMs(moments: readonly (number | undefined)[], { monotonicMs }: Instant): number | undefined {
  const known = moments.filter((moment): moment is number => moment !== undefined && moment > monotonicMs);
  return known.length === 0 ? undefined : Math.min(...known);
}
