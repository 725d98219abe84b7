/** How long and how well a node's hardware keeps time without a reference. All values are positive. */
export interface HoldoverParameters {
  /** Greatest offset that is still in specification; `MaxInSpecOffset`. */
  readonly maxInSpecOffsetNs: number;
  /** Offset reached after the whole time; `LocalMaxHoldoverOffSet`. */
  readonly maxHoldoverOffsetNs: number;
  /** `LocalHoldoverTimeout`. */
  readonly timeoutMs: number;
}

/** What holds for a setting that is missing. */
export const holdoverDefaults: HoldoverParameters = {
  maxInSpecOffsetNs: 1500,
  maxHoldoverOffsetNs: 1500,
  timeoutMs: 14_400_000,
};

/** What holds for a missing field of `holdoverParameters` in a HardwareConfig. */
export const hardwareHoldoverDefaults: HoldoverParameters = { ...holdoverDefaults, maxInSpecOffsetNs: 100 };

/**
 * Parameters by `ptpSettings`. Each setting that is missing or no positive whole number takes its default alone: admission
 * and plan tell the user of it, and a bad one must not make holdover endless.
 */
export function holdoverParameters(settings: Readonly<Record<string, string>> = {}): HoldoverParameters {
  const positive = (key: string): number | undefined => {
    const text = Object.hasOwn(settings, key) ? (settings[key] ?? "") : "";
    return /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
  };
  const timeoutS = positive("LocalHoldoverTimeout");
  return {
    maxInSpecOffsetNs: positive("MaxInSpecOffset") ?? holdoverDefaults.maxInSpecOffsetNs,
    maxHoldoverOffsetNs: positive("LocalMaxHoldoverOffSet") ?? holdoverDefaults.maxHoldoverOffsetNs,
    timeoutMs: timeoutS === undefined ? holdoverDefaults.timeoutMs : timeoutS * 1000,
  };
}

/** How fast the offset is assumed to grow: evenly over the whole time. */
export function slopeNsPerS({ maxHoldoverOffsetNs, timeoutMs }: HoldoverParameters): number {
  return (maxHoldoverOffsetNs * 1000) / timeoutMs;
}

/** How long the clock stays in specification: until the assumed offset passes the limit, at most the whole time. */
export function inSpecMs(parameters: HoldoverParameters): number {
  const untilLimitMs = Math.round((parameters.maxInSpecOffsetNs / slopeNsPerS(parameters)) * 1000);
  return Math.min(untilLimitMs, parameters.timeoutMs);
}

/** The assumed offset after so long without a reference, in whole nanoseconds. */
export function assumedOffsetNs(parameters: HoldoverParameters, elapsedMs: number): number {
  return Math.round((slopeNsPerS(parameters) * elapsedMs) / 1000);
}
