import type { SkippedTest } from "./test-results.ts";

/** A skip that is right on some machines. */
interface ExpectedSkip {
  readonly reason: RegExp;
  /** Only tests in these files may be skipped for it; absent: all. */
  readonly files?: RegExp;
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
  {
    reason: /^helm is not built: run make kubernetes$/,
    because: "helm is built with the control plane, which takes minutes; the chart's plain files are tested without it",
  },
  {
    reason: /^the Kubernetes control plane is not built: run make kubernetes$/,
    files: /^(packages|tools)\//,
    because: "building it takes minutes and Go; end-to-end tests may not do without it",
  },
];

/** The skips that no entry explains. */
export function unexpectedSkips(skipped: readonly SkippedTest[]): readonly SkippedTest[] {
  return skipped.filter((skip) => !expectedSkips.some((expected) => explains(expected, skip)));
}

function explains({ reason, files }: ExpectedSkip, skip: SkippedTest): boolean {
  return reason.test(skip.reason) && (files === undefined || files.test(skip.file));
}
