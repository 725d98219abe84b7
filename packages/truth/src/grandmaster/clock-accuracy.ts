import { clockAccuracyBoundNs, type ClockAccuracy } from "@ptp/ptp";

/** Best accuracy that is claimed from a measured or assumed offset: 25 ns. */
const finest: ClockAccuracy = 0x20;

/** Code of the smallest step of IEEE 1588's table that holds the offset, not finer than 25 ns; 0x31 beyond 10 s. */
export function accuracyOfOffset(offsetNs: number): ClockAccuracy {
  const magnitudeNs = Math.abs(offsetNs);
  for (let code = finest; ; code += 1) {
    const boundNs = clockAccuracyBoundNs(code);
    if (boundNs === undefined || magnitudeNs <= boundNs) return code;
  }
}
