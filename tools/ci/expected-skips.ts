import type { SkippedTest } from "./test-results.ts";

/** A skip that is right on some machines. */
interface ExpectedSkip {
  readonly reason: RegExp;
  /** Why it may not run there, and where it does run instead. */
  readonly because: string;
}

/** Every reason for which a test may be skipped in CI. A skip for any other reason fails the run. */
export const expectedSkips: readonly ExpectedSkip[] = [
  {
    reason: /(\.\.|^not here: .*)\/shared(\/|\s|$)/,
    because: "the shared recordings and vectors lie beside the checkout of some machines only",
  },
  {
    reason: /^linuxptp \S+ is not in Debian \S+ any more/,
    because: "a Debian suite moves on to newer releases; the other releases are still tested",
  },
  {
    reason: /^(ports stay UNCALIBRATED|the clock must not be touched here): .*(steers|outside this container)/,
    because: "where an NTP client steers the clock, tests must not adjust it; they run on machines without one",
  },
];

/** The skips that no entry explains. */
export function unexpectedSkips(skipped: readonly SkippedTest[]): readonly SkippedTest[] {
  return skipped.filter(({ reason }) => !expectedSkips.some((expected) => expected.reason.test(reason)));
}
