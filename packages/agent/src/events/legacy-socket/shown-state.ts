import type { OutsideState } from "@ptp/truth";
import type { DaemonConfig } from "./daemon-config.ts";

/** What of a config is shown in metrics alone. Interfaces are real names. */
export interface ShownState {
  /** By program, and by interface where it has several clocks. */
  readonly clocks: ReadonlyMap<string, ShownClock>;
  /** Values of `openshift_ptp_interface_role` by port number; a port that is not here has none. */
  readonly roles: ReadonlyMap<number, number>;
  /** By program and name in its tag. */
  readonly programs: ReadonlyMap<string, ShownProgram>;
  /** Whether phc2sys follows a profile, by its name. */
  readonly choices: ReadonlyMap<string, boolean>;
  /** Absent: not told, or its ptp4l is down. */
  readonly clockClass?: number;
}

/** A clock as one program, or one part of the daemon, tells of it. */
export interface ShownClock {
  readonly process: string;
  readonly interfaceName: string;
  /** Absent: that of the config's main or system clock, as events tell it. */
  readonly state?: OutsideState;
  readonly reading?: ShownReading;
  readonly hasTimeOfDay?: boolean;
  readonly quality?: ShownQuality;
}

/** What was measured, or told beside a measurement. */
export interface ShownReading {
  /** What the clock was compared with, or who says so. */
  readonly from: string;
  /** Monotonic. */
  readonly heardMs: number;
  readonly values: Readonly<Partial<Record<ShownFamily, number>>>;
}

/** Families of `truth` that a reading has values of. */
export type ShownFamily =
  "offset" | "maxOffset" | "frequency" | "delay" | "gnssStatus" | "frequencyStatus" | "phaseStatus" | "ppsStatus";

/** The quality that a port of SyncE sends. */
export interface ShownQuality {
  readonly device: string;
  readonly networkOption: number;
  readonly ql: number;
  /** 255: none was sent. */
  readonly extendedQl: number;
}

/** A program of the daemon. */
export interface ShownProgram {
  readonly program: string;
  readonly configName: string;
  /** Absent: nobody tells any more. */
  readonly isUp?: boolean;
  /** How often it came up; being told so again is no start. */
  readonly starts: number;
}

const [receiverRole, transmitterRole] = [1, 2];

/** Before any line: the ports of a ptp4l as they are configured. */
export function silentlyShown({ name, interfaces, transmitters }: DaemonConfig): ShownState {
  const numbers = name.startsWith("ptp4l.") ? interfaces.map((_, at) => at + 1) : [];
  const roles = numbers.map((number) => [number, transmitters.has(number) ? transmitterRole : receiverRole] as const);
  return { ...nothingShown, roles: new Map(roles) };
}

/** After the daemon went away: counters alone go on. */
export function shownOfNobody({ programs }: ShownState): ShownState {
  const unknown = [...programs].map(([key, { program, configName, starts }]) => {
    return [key, { program, configName, starts }] as const;
  });
  return { ...nothingShown, programs: new Map(unknown) };
}

const none = new Map<never, never>();
const nothingShown: ShownState = { clocks: none, roles: none, programs: none, choices: none };
