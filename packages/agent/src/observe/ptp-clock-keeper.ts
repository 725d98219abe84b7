import { isDeepStrictEqual } from "node:util";
import type { Logger } from "@ptp/kit";
import type { Instant, ProcessReport } from "@ptp/node";
import type { Ptp4lInstance } from "@ptp/plan";
import {
  initialPtpClock,
  stepPtpClock,
  type ClockLimits,
  type PtpClock,
  type PtpClockObservation,
  type PtpClockView,
  type ServoReading,
} from "@ptp/truth";
import { logChange } from "./log-change.ts";
import { createPtp4lWatch, type ManagementQuery } from "./ptp4l-watch.ts";

/** What a keeper needs. */
export interface PtpClockKeeperOptions {
  readonly instance: Ptp4lInstance;
  readonly limits: ClockLimits;
  readonly query: ManagementQuery;
  readonly clock: () => Instant;
  readonly log: Logger;
  readonly onReady: () => void;
  readonly onHung: () => void;
  /** A new measurement of the offset. */
  readonly onOffset: (offsetNs: number) => void;
  /** Something that reports show has changed. */
  readonly onReported: () => void;
}

/** Keeps the state of the clock of one ptp4l instance: the one place where its observations meet its machine. */
export interface PtpClockKeeper {
  /**
   * Goes on with an instance as a new plan describes it, its state kept; false if that is another clock: another process,
   * socket, domain, or other ports.
   */
  follow(instance: Ptp4lInstance, limits: ClockLimits): boolean;
  onProcess(report: ProcessReport): void;
  onServo(reading: ServoReading): void;
  /** A line told of a change: ask now. */
  wake(): void;
  view(): PtpClockView;
  stop(): Promise<void>;
}

/** Creates a keeper and starts its watch. */
export function createPtpClockKeeper(options: PtpClockKeeperOptions): PtpClockKeeper {
  let { instance, limits } = options;
  let clock = initialPtpClock(options.clock());
  const take = (observations: readonly PtpClockObservation[]): void => {
    const before = clock;
    clock = fold(clock, observations, { limits, instance, options });
    if (clock.sample !== undefined && clock.sample !== before.sample) options.onOffset(clock.sample.offsetNs);
    if (isReported(before, clock)) options.onReported();
  };
  const watch = createPtp4lWatch({
    ...options,
    onObservations: take,
    isHurried: () => clock.status.state !== "LOCKED" && instance.clockType !== "GM",
  });
  let wasUp = false;
  return {
    follow: (next, nextLimits) => {
      if (!isSameClock(instance, next)) return false;
      instance = next;
      limits = nextLimits;
      take([{ kind: "tick" }]);
      return true;
    },
    onProcess: (report) => {
      const isUp = report.state === "starting" || report.state === "running";
      if (isUp === wasUp) return;
      wasUp = isUp;
      watch.restart(isUp);
      take([isUp ? { kind: "process-up" } : { kind: "process-down", detail: downDetail(report) }]);
    },
    onServo: (reading) => take([{ kind: "servo", ...reading }]),
    wake: () => watch.wake(),
    view: () => ({ ...identity(instance), clock }),
    stop: () => watch.stop(),
  };
}

/** Everything else of an instance says how its clock is shown, not which one it is. */
function isSameClock(left: Ptp4lInstance, right: Ptp4lInstance): boolean {
  return (
    left.key === right.key &&
    left.socketPath === right.socketPath &&
    left.domainNumber === right.domainNumber &&
    isDeepStrictEqual(left.interfaces, right.interfaces)
  );
}

function identity({ profile, configName, interfaces }: Ptp4lInstance): Omit<PtpClockView, "clock"> {
  return { profile, configName, interfaces };
}

interface Folding {
  readonly limits: ClockLimits;
  readonly instance: Ptp4lInstance;
  readonly options: PtpClockKeeperOptions;
}

function fold(
  clock: PtpClock,
  observations: readonly PtpClockObservation[],
  { limits, instance, options }: Folding,
): PtpClock {
  const now = options.clock();
  return observations.reduce((before, observation) => {
    const step = stepPtpClock(before, observation, limits, now);
    if (step.change !== undefined) {
      const { profile, configName } = instance;
      logChange(options.log, step.change, { clock: "ptp4l", profile, config: configName });
    }
    return step.clock;
  }, clock);
}

/** Offsets alone are no news: reports tell them with a state change and at their own slow pace. */
function isReported(before: PtpClock, after: PtpClock): boolean {
  return (
    before.status.state !== after.status.state ||
    !isDeepStrictEqual(before.status.cause, after.status.cause) ||
    !isDeepStrictEqual(before.parentDataSet, after.parentDataSet) ||
    before.defaultDataSet?.clockClass !== after.defaultDataSet?.clockClass ||
    !isDeepStrictEqual(portStates(before), portStates(after))
  );
}

function portStates(clock: PtpClock): readonly string[] {
  return [...clock.ports].map(([number, port]) => `${number} ${port.interfaceName} ${port.state}`);
}

function downDetail(report: ProcessReport): string {
  const why = report.lastExit === "" ? "" : `: ${report.lastExit}`;
  return `${report.program} is ${report.state === "backoff" ? "down, restarting" : report.state}${why}`;
}
