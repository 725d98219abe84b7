import { clockThresholdDefaults, processDowntimeDefaults, type NodeProfile } from "@ptp/node";

/** The limits a profile sets for its clocks, every one filled in. */
export interface ClockLimits {
  readonly holdoverMs: number;
  readonly maxOffsetNs: number;
  readonly minOffsetNs: number;
  /** How long ptp4l may be down before HOLDOVER ends. */
  readonly ptp4lDowntimeMs: number;
  readonly phc2sysDowntimeMs: number;
  readonly ts2phcDowntimeMs: number;
  readonly synce4lDowntimeMs: number;
  readonly chronydDowntimeMs: number;
  readonly gpsdDowntimeMs: number;
}

/**
 * Limits of a profile's clocks. A present zero is a zero; each missing field takes its default alone, since an agent may
 * get a config that no API server completed. What no clock could ever hold is mended as in the existing stack: a file of
 * profiles is nobody's admission.
 */
export function clockLimits({ ptpClockThreshold }: Pick<NodeProfile, "ptpClockThreshold">): ClockLimits {
  const threshold = { ...clockThresholdDefaults, ...ptpClockThreshold };
  const { maxOffsetThreshold, minOffsetThreshold: minOffsetNs } = threshold;
  const maxOffsetNs = maxOffsetThreshold < 0 ? clockThresholdDefaults.maxOffsetThreshold : maxOffsetThreshold;
  const holdoverS = threshold.holdOverTimeout < 0 ? clockThresholdDefaults.holdOverTimeout : threshold.holdOverTimeout;
  const downtime = { ...processDowntimeDefaults, ...threshold.processDowntimeThresholds };
  return {
    holdoverMs: holdoverS * 1000,
    maxOffsetNs,
    minOffsetNs: minOffsetNs < maxOffsetNs ? minOffsetNs : maxOffsetNs - 1,
    ptp4lDowntimeMs: downtime.ptp4l * 1000,
    phc2sysDowntimeMs: downtime.phc2sys * 1000,
    ts2phcDowntimeMs: downtime.ts2phc * 1000,
    synce4lDowntimeMs: downtime.synce4l * 1000,
    chronydDowntimeMs: downtime.chronyd * 1000,
    gpsdDowntimeMs: downtime.gpsd * 1000,
  };
}

/** Why an offset is out of range, or undefined if it is inside: strictly between the two thresholds, as ever. */
export function outOfRange(offsetNs: number, limits: ClockLimits): string | undefined {
  if (offsetNs >= limits.maxOffsetNs)
    return `offset ${round(offsetNs)} ns not below maxOffsetThreshold ${limits.maxOffsetNs} ns`;
  if (offsetNs <= limits.minOffsetNs)
    return `offset ${round(offsetNs)} ns not above minOffsetThreshold ${limits.minOffsetNs} ns`;
  return undefined;
}

/** Why a value is outside the two thresholds, or undefined; for GNSS and DPLL the limits themselves are inside. */
export function outsideOf(
  valueNs: number,
  limits: Pick<ClockLimits, "minOffsetNs" | "maxOffsetNs">,
  what: string,
): string | undefined {
  if (valueNs > limits.maxOffsetNs)
    return `${what} ${round(valueNs)} ns above maxOffsetThreshold ${limits.maxOffsetNs} ns`;
  if (valueNs < limits.minOffsetNs)
    return `${what} ${round(valueNs)} ns below minOffsetThreshold ${limits.minOffsetNs} ns`;
  return undefined;
}

function round(offsetNs: number): number {
  return Math.round(offsetNs * 10) / 10;
}
