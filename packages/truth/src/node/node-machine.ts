import type { Instant, NodeProfile, ProcessReport } from "@ptp/node";
import type { DpllStatus, GnssStatus, LogFact } from "@ptp/ptp";
import type { PtpClock, PtpClockObservation } from "../ptp-clock.ts";
import type { SyncChange } from "../sync-machine.ts";
import type { ClockTable } from "./node-clock.ts";
import type { WatchedPlan } from "./watched-plan.ts";

/** A transition of one clock of the node. */
export interface NodeChange extends Pick<SyncChange, "at" | "cause"> {
  readonly clock: {
    readonly process: string;
    readonly profile: string;
    readonly config: string;
    /** As metrics name it: the alias of an interface, `CLOCK_REALTIME`. */
    readonly iface: string;
  };
  /** What of the clock is another; absent: its state. */
  readonly of?: "clock-class" | "gnss-state" | "quality-level" | "source" | "keeper" | "leap-list" | "utc-offset";
  /** A SyncState, or a value of `of` as text. */
  readonly from: string;
  readonly to: string;
}

/** What the machines beside the clocks of ptp4l and phc2sys hear; `key` is a process key. Those clocks have stepped already. */
export type MachineNews =
  | { readonly kind: "line"; readonly key: string; readonly fact: LogFact }
  | {
      readonly kind: "management";
      readonly key: string;
      readonly observations: readonly PtpClockObservation[];
      readonly before: PtpClock;
      readonly after: PtpClock;
    }
  /** It came up or went down. */
  | { readonly kind: "process"; readonly key: string; readonly report: ProcessReport }
  | { readonly kind: "dpll"; readonly key: string; readonly status: DpllStatus }
  | { readonly kind: "gnss"; readonly key: string; readonly status: GnssStatus }
  | { readonly kind: "tick" };

/** What a machine sees of the node beside its own state. */
export interface MachineWorld extends ClockTable {
  readonly plan: WatchedPlan;
  readonly profiles: readonly NodeProfile[];
  /** Last reports, by process key. */
  readonly processes: ReadonlyMap<string, ProcessReport>;
}

/** A machine after a step, and the transitions that are told of it. */
export interface MachineStep<M> {
  readonly machine: M;
  readonly changes: readonly NodeChange[];
}

/** What every machine tells of itself; its `kind` tells which it is. */
export interface MachineHead {
  /** Keys of the processes that tell of it. */
  readonly hears: readonly string[];
  /** The only one of them whose lines concern it; absent: those of all do. */
  readonly linesOf?: string;
  /** Key of a ptp4l whose rounds of management tell it the time; absent: each tick does. */
  readonly ticksWith?: string;
}

/** What one kind of machine is and does; each has a file of its own. */
export interface MachineKind<M> {
  /**
   * The machines that a plan asks for: those of `before` as far as nothing of them was edited, others anew. One that begins
   * finds in `world` what runs already, since nothing would tell it later.
   */
  readonly follow: (before: readonly M[], world: MachineWorld, edited: Edited, now: Instant) => readonly M[];
  /** Undefined: the news changes nothing. */
  readonly hear: (machine: M, news: MachineNews, world: MachineWorld, now: Instant) => MachineStep<M> | undefined;
}

/** What differs between the plan a node followed and the one it goes on with. */
export interface Edited {
  /** The ptp4l is new, or it has another socket, domain or ports: what is known of its clock was forgotten. */
  readonly ptp4l: (key: string) => boolean;
}
