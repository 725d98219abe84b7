import type { Finding } from "../findings/finding.ts";
import type { ProfileView } from "./profile-view.ts";

/** Warns about an offset range that no clock can be in. */
export function checkThresholds({ profile, path }: ProfileView): readonly Finding[] {
  const { maxOffsetThreshold = 100, minOffsetThreshold = -100 } = profile.ptpClockThreshold ?? {};
  if (minOffsetThreshold < maxOffsetThreshold) return [];
  return [
    {
      path: `${path}.ptpClockThreshold.minOffsetThreshold`,
      message:
        `minOffsetThreshold ${minOffsetThreshold} is not below maxOffsetThreshold ${maxOffsetThreshold}, ` +
        "so the clock can never be LOCKED; the minimum is usually negative",
      expected: `less than ${maxOffsetThreshold}`,
      got: String(minOffsetThreshold),
    },
  ];
}
