import type { TimeProperties, UtcOffset } from "@ptp/ptp";

export type { UtcOffset } from "@ptp/ptp";

/** TimeSource codes that a clock of ours announces of itself. */
export const timeSourceCode = { gnss: 0x20, internalOscillator: 0xa0 } as const;

/** Time properties of a PTP (TAI) time scale that is not known to be uncertain. */
export function ptpTimeProperties(
  utc: UtcOffset,
  rest: Pick<TimeProperties, "currentUtcOffsetValid" | "timeTraceable" | "frequencyTraceable" | "timeSource">,
): TimeProperties {
  const { currentUtcOffsetS, leap61, leap59 } = utc;
  return { currentUtcOffsetS, leap61, leap59, ptpTimescale: true, synchronizationUncertain: false, ...rest };
}
