import type { HighAvailability } from "@ptp/ptp";
import type { JsonValue } from "./json.ts";

export type { HighAvailability };

/** Scheduling policies a profile may ask for. */
export type SchedulingPolicy = "SCHED_OTHER" | "SCHED_FIFO";

/** Seconds a process may be down before its clock leaves LOCKED; key is the program name. */
export type ProcessDowntimeThresholds = Readonly<
  Partial<Record<"ptp4l" | "phc2sys" | "ts2phc" | "synce4l" | "chronyd" | "gpsd" | "gpspipe", number>>
>;

/** Thresholds of a profile's clocks. A present zero is a zero; an absent field takes the documented default. */
export interface ClockThreshold {
  /** Seconds in HOLDOVER before FREERUN; default 5. */
  readonly holdOverTimeout?: number;
  /** Nanoseconds; an offset of this or more is out of range; default 100. */
  readonly maxOffsetThreshold?: number;
  /** Nanoseconds; an offset of this or less is out of range; default -100. */
  readonly minOffsetThreshold?: number;
  readonly processDowntimeThresholds?: ProcessDowntimeThresholds;
}

/** Values an absent threshold takes: seconds, nanoseconds, nanoseconds. */
export const clockThresholdDefaults = {
  holdOverTimeout: 5,
  maxOffsetThreshold: 100,
  minOffsetThreshold: -100,
} as const satisfies ClockThreshold;

/** Seconds a process may be down when a profile does not say. */
export const processDowntimeDefaults = {
  ptp4l: 5,
  phc2sys: 5,
  ts2phc: 5,
  synce4l: 5,
  chronyd: 5,
  gpsd: 1,
  gpspipe: 1,
} as const satisfies Required<ProcessDowntimeThresholds>;

/**
 * A node profile as an agent runs it: the `spec.profile[]` entry of a PtpConfig under its qualified name. Field names are
 * those of the custom resource, so that the ConfigMap form of the existing stack is this value as JSON. An absent
 * `ptp4lOpts` runs ptp4l without options, an empty one does not run it; any other absent or empty `…Opts` does not run
 * its program.
 */
export interface NodeProfile {
  /** `<cr>_<profile>` from an operator; whatever the file says in file mode. Unique within a NodeConfig. */
  readonly name: string;
  readonly interface?: string;
  readonly ptp4lOpts?: string;
  readonly phc2sysOpts?: string;
  readonly ts2phcOpts?: string;
  readonly synce4lOpts?: string;
  readonly chronydOpts?: string;
  readonly timemasterOpts?: string;
  readonly ptp4lConf?: string;
  readonly phc2sysConf?: string;
  readonly ts2phcConf?: string;
  readonly synce4lConf?: string;
  readonly chronydConf?: string;
  readonly timemasterConf?: string;
  readonly ptpSchedulingPolicy?: SchedulingPolicy;
  /** 1..65, used with SCHED_FIFO. */
  readonly ptpSchedulingPriority?: number;
  readonly ptpClockThreshold?: ClockThreshold;
  readonly ptpSettings?: Readonly<Record<string, string>>;
  /** How the source of the system clock is chosen; its names are those in `haProfiles`. */
  readonly highAvailability?: HighAvailability;
  /** Options per plugin, opaque here. */
  readonly plugins?: Readonly<Record<string, JsonValue>>;
}

/** The string fields of a profile in the order in which the custom resource declares them. */
export const profileTextFields = [
  "interface",
  "ptp4lOpts",
  "phc2sysOpts",
  "ts2phcOpts",
  "synce4lOpts",
  "chronydOpts",
  "timemasterOpts",
  "ptp4lConf",
  "phc2sysConf",
  "ts2phcConf",
  "synce4lConf",
  "chronydConf",
  "timemasterConf",
] as const satisfies readonly (keyof NodeProfile)[];

/** Name of a string field of a profile. */
export type ProfileTextField = (typeof profileTextFields)[number];
