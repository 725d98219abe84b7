import type { ClockThreshold, NodeProfile, SyncState } from "@ptp/node";
import type { Stage } from "./stage.ts";

/** What may happen to the clocks of one node, told as phases; each is played with every release of linuxptp. */
export interface Scenario {
  /** For people, unique. */
  readonly name: string;
  /** Switches by name, with the interfaces (`host:interface`, with an address if need be) that are joined by each. */
  readonly networks: Readonly<Record<string, readonly Attachment[]>>;
  /** Lines of ptp4l's configuration of each host that runs one without an agent, from the start on. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** What the agent of the host `node` runs. */
  readonly profiles: readonly NodeProfile[];
  readonly phases: readonly Phase[];
}

/** An interface on a switch: `oc:oc0`, or `oc:oc0 192.0.2.2/24`. */
export type Attachment = `${string}:${string}`;

/** One thing that is done, and all that must follow from it before the next. */
export interface Phase {
  /** What is done, for people: `the grandmaster is killed`. */
  readonly title: string;
  /** Absent: only time passes, as at the start. */
  readonly act?: (stage: Stage) => Promise<void>;
  /** All changes of all clocks until the end of the phase; the order counts within a clock. */
  readonly changes: readonly ExpectedChange[];
  /** Nothing may change either, where by ptp4l's own log another port took over so soon that nobody need have asked meanwhile. */
  readonly mayBeUnseen?: boolean;
  /** What /metrics shows of the clocks at the end. */
  readonly clocks: readonly ExpectedClock[];
}

/** A transition of a clock. */
export interface ExpectedChange {
  /** Which ptp4l. Default `ptp4l.0.config`. */
  readonly config?: string;
  readonly from: SyncState;
  readonly to: SyncState;
  /** The whole chain of causes, joined by semicolons. */
  readonly cause: RegExp;
}

/** A clock as /metrics shows it. */
export interface ExpectedClock {
  /** Default `ptp4l.0.config`. */
  readonly config?: string;
  /** Label `iface` of its state. */
  readonly iface: string;
  readonly state: SyncState;
  /** Absent: no class is known. */
  readonly clockClass?: number;
  /** Port states by interface, in linuxptp's words. */
  readonly ports: Readonly<Record<string, string>>;
  /** Whether it has an offset. */
  readonly isMeasured: boolean;
  /** Starts of its ptp4l so far. Default 1. */
  readonly starts?: number;
}

/** Holdover that is over soon, and offsets of software time stamps on a busy machine. */
export const quickThreshold: ClockThreshold = {
  holdOverTimeout: 1,
  maxOffsetThreshold: 5_000_000,
  minOffsetThreshold: -5_000_000,
};
