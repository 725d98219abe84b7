import type { DeviceInventory } from "./device-inventory.ts";
import { programNames, type ProgramName } from "./program.ts";
import type { ProfileOutcome } from "./result.ts";

/** State of a clock as decided on the node. Outside (metric, REST) UNKNOWN reads as FREERUN with its cause. */
export type SyncState = "LOCKED" | "HOLDOVER" | "FREERUN" | "UNKNOWN";

/** States of a supervised process. */
export type ProcessState = "stopped" | "starting" | "running" | "stopping" | "backoff";

/** One port of a ptp4l instance. */
export interface PortReport {
  readonly number: number;
  /** Interface name; empty if ptp4l does not tell. */
  readonly name: string;
  /** IEEE 1588 port state in linuxptp's spelling, such as `SLAVE`. */
  readonly state: string;
}

/** What a system clock with several sources follows. */
export interface FollowedSource {
  /** Qualified name of the profile whose ptp4l, and NIC, it is. */
  readonly profile: string;
  /** Interface that receives time there, or did last; empty while none is known. */
  readonly interface: string;
  readonly sinceUnixMs: number;
  /** Why this one, in words, nearest cause first. */
  readonly cause: readonly string[];
}

/** What a clock may be a clock of: a program, a T-GM, a T-BC. */
export const clockProcesses = [...programNames, "GM", "T-BC"] as const;

/** One of these. */
export type ClockProcess = (typeof clockProcesses)[number];

/** One clock of the node: a ptp4l instance, the system clock behind phc2sys, … */
export interface ClockReport {
  readonly profile: string;
  /** Program whose clock this is, or what kind of telecom clock several programs make up. */
  readonly process: ClockProcess;
  /** Rendered configuration's name, such as `ptp4l.0.config`. */
  readonly configName: string;
  readonly state: SyncState;
  readonly sinceUnixMs: number;
  /** Why it is in this state, in words, nearest cause first. */
  readonly cause: readonly string[];
  readonly clockClass?: number;
  readonly offsetNs?: number;
  readonly parentPortIdentity?: string;
  readonly grandmasterIdentity?: string;
  readonly ports: readonly PortReport[];
  /** Of a system clock with several sources (`haProfiles`): the one it follows, as far as it is known. */
  readonly source?: FollowedSource;
}

/** Whether it is a clock that somebody takes the time from. SyncE keeps a frequency: it may be lost while the time is right. */
export function keepsTime({ process }: Pick<ClockReport, "process">): boolean {
  return process !== "synce4l";
}

/** One supervised process. */
export interface ProcessReport {
  readonly key: string;
  readonly program: ProgramName;
  readonly profile: string;
  /** `config` label in metrics: the name in the program's message tag, such as `ptp4l.0.config`. */
  readonly configName: string;
  readonly state: ProcessState;
  readonly pid?: number;
  /** Starts so far, the first included. */
  readonly starts: number;
  readonly sinceUnixMs: number;
  /** Last termination: reason, exit code or signal, last words; empty if it never ended. */
  readonly lastExit: string;
}

/** How a node stands with leap seconds: the worst of what can be said. */
export type LeapStanding = "known" | "expiring" | "expired" | "refused" | "contradicted";

/** What a node knows of leap seconds. */
export interface LeapReport {
  readonly standing: LeapStanding;
  /** Where the list in force comes from: `config`, `file`, `built-in`. */
  readonly origin: string;
  /** TAI minus UTC. */
  readonly utcOffsetS: number;
  /** When ts2phc stops taking time by the list. */
  readonly expiresUnixMs: number;
  /** Why it stands so, for people. */
  readonly message: string;
}

/** State of a node, complete but for `inventory`: in full on connect, then coalesced to at most one a second. */
export interface NodeReport {
  /** Revision the agent runs; empty before its first. */
  readonly revision: string;
  /** How that revision fared; lets an operator that restarted tell the status without asking again. */
  readonly outcomes: readonly ProfileOutcome[];
  readonly clocks: readonly ClockReport[];
  readonly processes: readonly ProcessReport[];
  /** What is off on this node and why (such as a missing library), for people. */
  readonly notices: readonly string[];
  /** Clock hardware; absent means as last told in this session, or not looked for yet. */
  readonly inventory?: DeviceInventory;
  /** Absent: no program of the node asks for leap seconds. */
  readonly leapSeconds?: LeapReport;
}
