/*
 * Lines that the existing daemon makes of what it concluded, for its event sidecar. They are facts about that daemon; here
 * they stand in for inputs that its recordings do not have otherwise.
 */

/** The letter at the end of an event line: s2, s1, s0; anything else is UNKNOWN. */
export type DaemonState = "LOCKED" | "HOLDOVER" | "FREERUN" | "UNKNOWN";

/** A process came up or went down. */
export interface ProcessStatus {
  readonly kind: "process-status";
  readonly up: boolean;
}

/** The class that a clock announces has changed, or is told again. */
export interface ClockClassNews {
  readonly kind: "clock-class";
  readonly clockClass: number;
}

/** State of a telecom clock as the daemon decided it. */
export interface ClockStatus {
  readonly kind: "clock-status";
  readonly interfaceName: string;
  readonly state: DaemonState;
  /** Absent for a T-GM. */
  readonly offsetNs?: number;
}

/** What a receiver may say of its antenna. */
export const antennaStates = ["ok", "open", "short", "unknown"] as const;

/** One of these. */
export type AntennaState = (typeof antennaStates)[number];

/** State of a GNSS receiver. */
export interface GnssStatus {
  readonly kind: "gnss-status";
  readonly interfaceName: string;
  /** As receivers number them: 0 none, 1 dead reckoning, 2 2D, 3 3D, 4 both, 5 time only. */
  readonly fix: number;
  readonly offsetNs: number;
  /** What the receiver says of its antenna: no line of that daemon tells it, a reader of hardware may. */
  readonly antenna?: AntennaState;
  readonly state: DaemonState;
}

/** State of the DPLL of an adapter; statuses are -1 unknown, 0 invalid, 1 free running, 2 locked, 3 locked with holdover acquired, 4 holdover. */
export interface DpllStatus {
  readonly kind: "dpll-status";
  readonly interfaceName: string;
  readonly frequencyStatus: number;
  readonly phaseStatus: number;
  readonly ppsAvailable: boolean;
  readonly offsetNs: number;
  readonly state: DaemonState;
}

/** Whether phc2sys takes its time from this profile's clock. */
export interface HaProfileStatus {
  readonly kind: "ha-profile";
  readonly profile: string;
  readonly active: boolean;
}

/** State of a SyncE equipment clock. */
export interface EecStatus {
  readonly kind: "eec-status";
  readonly interfaceName: string;
  readonly device: string;
  readonly eecState: string;
  readonly networkOption: number;
  readonly state: DaemonState;
}

/** Quality that SyncE sends. */
export interface ClockQualityStatus {
  readonly kind: "clock-quality";
  readonly interfaceName: string;
  readonly device: string;
  /** Name of the level, such as `PRTC`. */
  readonly quality: string;
  readonly qualityLevel: number;
  /** Absent without the enhanced code. */
  readonly extendedQualityLevel?: number;
  readonly networkOption: number;
  readonly state: DaemonState;
}

/** The daemon talks to its sidecar. */
export interface ControlLine {
  readonly kind: "control";
  readonly command: "restart" | "live-start";
}

/** What an event line says. */
export type SocketFact =
  | ProcessStatus
  | ClockClassNews
  | ClockStatus
  | GnssStatus
  | DpllStatus
  | HaProfileStatus
  | EecStatus
  | ClockQualityStatus
  | ControlLine;
