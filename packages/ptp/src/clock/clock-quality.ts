/**
 * Clock class (IEEE 1588-2019 table 4; ITU-T G.8275.1 table 3), 0 to 255: what a clock claims to be traceable to.
 * Smaller is better.
 */
export type ClockClass = number;

/** What a clock class says about its clock, as ITU-T G.8275.1 uses the numbers; `other` for alternate profiles' own. */
export type ClockClassMeaning =
  "locked" | "holdover-in-specification" | "holdover-out-of-specification" | "freerun" | "receive-only" | "other";

const meanings: ReadonlyMap<ClockClass, ClockClassMeaning> = new Map([
  [6, "locked"],
  [7, "holdover-in-specification"],
  [135, "holdover-in-specification"],
  [140, "holdover-out-of-specification"],
  [150, "holdover-out-of-specification"],
  [160, "holdover-out-of-specification"],
  [165, "holdover-out-of-specification"],
  [248, "freerun"],
  [255, "receive-only"],
]);

/** Meaning of `clockClass` in the telecom profiles. */
export function clockClassMeaning(clockClass: ClockClass): ClockClassMeaning {
  return meanings.get(clockClass) ?? "other";
}

/** Clock accuracy (IEEE 1588-2019 table 5): a code, 0x17 (1 ps) to 0x31 (worse than 10 s), 0xfe if unknown. */
export type ClockAccuracy = number;

/** Code of an unknown accuracy. */
export const unknownClockAccuracy: ClockAccuracy = 0xfe;

const firstAccuracy = 0x17;
const accuracyBoundsNs: readonly number[] = [
  1e-3, 2.5e-3, 1e-2, 2.5e-2, 0.1, 0.25, 1, 2.5, 10, 25, 100, 250, 1e3, 2.5e3, 1e4, 2.5e4, 1e5, 2.5e5, 1e6, 2.5e6, 1e7,
  2.5e7, 1e8, 2.5e8, 1e9, 1e10,
];

/** Largest error that `accuracy` admits, in nanoseconds; undefined if it states none (0x31, unknown, reserved). */
export function clockAccuracyBoundNs(accuracy: ClockAccuracy): number | undefined {
  return accuracyBoundsNs[accuracy - firstAccuracy];
}

/** Quality of a clock in data set comparison. */
export interface ClockQuality {
  readonly clockClass: ClockClass;
  readonly clockAccuracy: ClockAccuracy;
  /** Stability estimate (IEEE 1588-2019 clause 7.6.3.5), 16 bits, log2 in 1/256 steps, offset 0x8000. */
  readonly offsetScaledLogVariance: number;
}

/** `offsetScaledLogVariance` of a clock that does not know its stability. */
export const unknownLogVariance = 0xffff;
