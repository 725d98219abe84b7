import type { ProfileOutcome, ProgramName, RunIds } from "@ptp/node";

/** A file a process needs, rendered in full. */
export interface RenderedFile {
  /** Absolute path on the node, never moved by a fixture root. */
  readonly path: string;
  readonly content: string;
  /** Permission bits, such as 0o644; 0o600 for what holds a secret. */
  readonly mode: number;
}

/** When a process may start. */
export type StartCondition =
  | { readonly kind: "at-once" }
  /** phc2sys waits until one of these processes has measured an offset of less than `limitNs`. */
  | { readonly kind: "offset-below"; readonly processes: readonly string[]; readonly limitNs: number };

/** How the agent knows that a started process does its work. */
export type Readiness =
  /** Answers GET DEFAULT_DATA_SET on its management socket. */
  | { readonly kind: "management"; readonly socketPath: string; readonly domainNumber: number }
  /** Wrote a line that its grammar understands. */
  | { readonly kind: "output" }
  /** Is alive. */
  | { readonly kind: "alive" };

/** One process to run. Two specs with equal argv, wrapper and files are the same running process: it keeps its PID. */
export interface ProcessSpec {
  /** `<program>.<run id>`, such as `ptp4l.0`: unique on the node and stable while the profile lives. */
  readonly key: string;
  readonly program: ProgramName;
  /** Qualified profile name. */
  readonly profile: string;
  readonly runId: number;
  /** Value of the `config` label in metrics: the config file's name in the message tag, such as `ptp4l.0.config`. */
  readonly configName: string;
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** What stands before argv on the command line: death signal, scheduling. Empty if the host has neither tool. */
  readonly wrapper: readonly string[];
  readonly files: readonly RenderedFile[];
  /** Sockets and FIFOs that the process makes or that are made for it: removed before a start and after the end. */
  readonly sockets: readonly string[];
  /** Those of `sockets` that are FIFOs: made (mode 0600, with their folder) before a start; one that exists stays. */
  readonly fifos?: readonly string[];
  /**
   * What the process learns from others once, at its start, such as the ports of the ptp4l it follows, or what is true of it
   * until it ends, such as whose time it is told to announce; one line per fact.
   * Part of what makes two specs the same process: if it changes, the process has to start anew.
   */
  readonly readAtStart?: readonly string[];
  /** Keys of processes started before and stopped after this one. */
  readonly dependsOn: readonly string[];
  readonly startCondition: StartCondition;
  readonly readiness: Readiness;
}

/** What a ptp4l instance is in the profile's intention. */
export type ClockType = "OC" | "BC" | "GM";

/** A ptp4l instance as its observers need to know it. */
export interface Ptp4lInstance {
  readonly key: string;
  readonly profile: string;
  readonly configName: string;
  readonly socketPath: string;
  readonly domainNumber: number;
  readonly clockType: ClockType;
  /** Interfaces in configuration order: port number N is entry N-1. */
  readonly interfaces: readonly string[];
}

/** A remark on a profile that is planned nevertheless, or on one that is refused; for people. */
export interface PlanNotice {
  /** Qualified profile name. */
  readonly profile: string;
  /** Field within the profile, as in a refusal. */
  readonly path: string;
  readonly message: string;
}

/** A profile whose processes run while the hardware settings it needs are not applied. */
export interface UnsupportedHardware {
  /** Qualified profile name. */
  readonly profile: string;
  /** What it needs: field and value, such as `plugins[e810]` or `ptpSettings[clockType] T-GM`. */
  readonly needs: readonly string[];
}

/** What shall run on a node: the outcome of planning, complete. */
export interface RunPlan {
  /** In start order. */
  readonly processes: readonly ProcessSpec[];
  readonly ptp4lInstances: readonly Ptp4lInstance[];
  /** One per profile of the NodeConfig, in its order. */
  readonly outcomes: readonly ProfileOutcome[];
  /** Run ids in force with this plan, to be persisted with the config. */
  readonly runIds: RunIds;
  /** Metric alias by interface name. */
  readonly aliasByInterface: Readonly<Record<string, string>>;
  /** N of `/dev/ptpN` by interface; absent: not known of any. */
  readonly phcIndexByInterface?: Readonly<Record<string, number>>;
  /** Remarks in the order of the profiles. */
  readonly notices?: readonly PlanNotice[];
  /** Profiles that must not be reported ready, for want of hardware support; in the order of the profiles. */
  readonly hardwareUnsupported?: readonly UnsupportedHardware[];
}

/** One step from what runs to what shall run. */
export type PlanAction =
  | { readonly kind: "stop"; readonly key: string; readonly reason: "removed" | "config-changed" }
  | { readonly kind: "start"; readonly spec: ProcessSpec };
