import type { Logger } from "@ptp/kit";
import type { Instant, ProcessReport } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import {
  initialSampledClock,
  stepSampledClock,
  type ClockLimits,
  type SampledClockLimits,
  type SampledClockObservation,
  type SystemClockReading,
  type SystemClockView,
} from "@ptp/truth";
import type { SystemClockMeasurement } from "./line-reading.ts";
import { logChange } from "./log-change.ts";

/** What a keeper needs. */
export interface SystemClockKeeperOptions {
  readonly spec: ProcessSpec;
  readonly limits: ClockLimits;
  readonly clock: () => Instant;
  readonly log: Logger;
  readonly onReported: () => void;
}

/** Keeps the state of the system clock as one phc2sys steers it. */
export interface SystemClockKeeper {
  /** Goes on with its phc2sys as a new plan describes it. */
  follow(spec: ProcessSpec, limits: ClockLimits): void;
  onProcess(report: ProcessReport): void;
  onMeasurement(measurement: SystemClockMeasurement): void;
  view(): SystemClockView;
  stop(): Promise<void>;
}

const tickMs = 1_000;

/** phc2sys prints at least once per 2 s with the interval we inject; three of them missing is silence. */
const freshnessMs = 6_000;

/** Creates a keeper; it ticks until it is stopped, since silence has to be noticed. */
export function createSystemClockKeeper(options: SystemClockKeeperOptions): SystemClockKeeper {
  let { spec } = options;
  let limits = sampledLimits(options.limits);
  let clock = initialSampledClock(options.clock(), spec.program);
  let reading: SystemClockReading | undefined;
  const take = (observation: SampledClockObservation): void => {
    const step = stepSampledClock(clock, observation, limits, options.clock());
    clock = step.clock;
    if (step.change === undefined) return;
    logChange(options.log, step.change, { clock: "CLOCK_REALTIME", profile: spec.profile, config: spec.configName });
    options.onReported();
  };
  const timer = setInterval(() => take({ kind: "tick" }), tickMs);
  let isProcessUp = false;
  return {
    follow: (next, nextLimits) => {
      spec = next;
      limits = sampledLimits(nextLimits);
      take({ kind: "tick" });
    },
    onProcess: (report) => {
      const isUp = report.state === "starting" || report.state === "running";
      if (isUp === isProcessUp) return;
      isProcessUp = isUp;
      if (!isUp) reading = undefined;
      take(
        isUp
          ? { kind: "process-up" }
          : { kind: "process-down", detail: `${report.program} is ${report.state}: ${report.lastExit}` },
      );
    },
    onMeasurement: (measurement) => {
      // The last lines of a process that ended come after its end was told.
      if (!isProcessUp) return;
      ({ reading } = measurement);
      take(measurement.observation);
    },
    view: () => ({ profile: spec.profile, configName: spec.configName, clock, ...(reading && { reading }) }),
    stop: async () => clearInterval(timer),
  };
}

function sampledLimits(limits: ClockLimits): SampledClockLimits {
  return { ...limits, downtimeMs: limits.phc2sysDowntimeMs, freshnessMs };
}
