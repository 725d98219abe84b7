import type { ProgramName } from "@ptp/node";

/** A process of a plan, as far as its observation goes. */
export interface WatchedProcess {
  /** `<program>.<run id>`, such as `ptp4l.0`. */
  readonly key: string;
  readonly program: ProgramName;
  /** Qualified profile name. */
  readonly profile: string;
  readonly configName: string;
}

/** A ptp4l instance of a plan, as far as its observation goes. */
export interface WatchedPtp4l {
  readonly key: string;
  readonly profile: string;
  readonly configName: string;
  readonly socketPath: string;
  readonly domainNumber: number;
  /** Interfaces in configuration order: port number N is entry N-1. */
  readonly interfaces: readonly string[];
}

/** What of a run plan says which clocks there are. */
export interface WatchedPlan {
  readonly processes: readonly WatchedProcess[];
  readonly ptp4lInstances: readonly WatchedPtp4l[];
  readonly aliasByInterface: Readonly<Record<string, string>>;
}
