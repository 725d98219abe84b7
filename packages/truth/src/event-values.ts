import { clockIfaces } from "./clock-ifaces.ts";
import type { GnssReceiverState } from "./gnss/gnss-receiver.ts";
import { announcedClass, type NodeView } from "./node-view.ts";
import { partEventValues, partLockStates, partProfiles } from "./part-event-values.ts";
import type { SyncStatus } from "./sync-machine.ts";
import { outsideState, worstOf, type OutsideState } from "./sync-state.ts";

/** What a GNSS receiver is told to do. */
export type GnssState = GnssReceiverState;

/** Since when something holds and why. */
export interface EventReason {
  /** Absent where nobody noted it: whoever sees the change first does. */
  readonly sinceUnixMs?: number;
  /** In words, nearest cause first. */
  readonly cause: readonly string[];
}

/** A value that is told to applications: one thing of one resource of a node. */
export type EventValue = EventReason &
  (
    | { readonly resource: "sync-state"; readonly state: OutsideState }
    /** `name`: alias of the interface, `CLOCK_REALTIME` for the system clock. An offset that was not measured is absent. */
    | {
        readonly resource: "lock-state" | "os-clock-sync-state";
        readonly name: string;
        readonly state: OutsideState;
        readonly offsetNs?: number;
      }
    | { readonly resource: "clock-class"; readonly name: string; readonly clockClass: number }
    | {
        readonly resource: "gnss-sync-status";
        readonly name: string;
        readonly state: GnssState;
        readonly offsetNs?: number;
        readonly gpsFix: number;
      }
    /** `name`: device and port, `synce1/ens7f0`. */
    | { readonly resource: "synce-lock-state"; readonly name: string; readonly state: OutsideState }
    | {
        readonly resource: "synce-clock-quality";
        readonly name: string;
        readonly ql: number;
        /** 255: none was sent. */
        readonly extendedQl: number;
      }
  );

/** Name of a resource that applications can subscribe to. */
export type EventResource = EventValue["resource"];

/**
 * All event values of a node at one moment, the overall state last. Of clocks that share a name the worst one is told: a
 * good one must not hide it.
 */
export function eventValues(view: NodeView): EventValue[] {
  const clocks = [...lockStates(view), ...partLockStates(view), ...systemStates(view)];
  const all = [...clocks.filter(isWorstOfName), ...clockClasses(view), ...partEventValues(view)];
  return view.overall === undefined ? all : [...all, overallValue(view.overall)];
}

type ClockValue = Extract<EventValue, { readonly resource: "lock-state" | "os-clock-sync-state" }>;

function lockStates(view: NodeView): ClockValue[] {
  const names = clockIfaces(view);
  const parts = partProfiles(view);
  return view.ptpClocks.flatMap(({ profile, clock: { status, sample } }, index) => {
    // Of a telecom clock the whole is told, not the ptp4l that are parts of it.
    if (parts.has(profile)) return [];
    const state = { resource: "lock-state", name: names[index] ?? "", state: outsideState(status.state) } as const;
    const reason = { sinceUnixMs: status.since.unixMs, cause: status.cause };
    return [{ ...state, ...reason, ...(sample && { offsetNs: sample.offsetNs }) }];
  });
}

function systemStates({ systemClocks }: NodeView): ClockValue[] {
  return systemClocks.map(({ clock: { status }, reading }) => ({
    resource: "os-clock-sync-state",
    name: "CLOCK_REALTIME",
    state: outsideState(status.state),
    sinceUnixMs: status.since.unixMs,
    cause: status.cause,
    ...(reading && { offsetNs: reading.offsetNs }),
  }));
}

function isWorstOfName(clock: ClockValue, index: number, clocks: readonly ClockValue[]): boolean {
  const same = clocks.filter(({ resource, name }) => resource === clock.resource && name === clock.name);
  const worst = worstOf(same.map(({ state }) => state));
  return same.find(({ state }) => state === worst) === clock;
}

/** One class per name: of several the numerically largest, which is the worst. Of a telecom clock its own is told. */
function clockClasses(view: NodeView): EventValue[] {
  const names = clockIfaces(view);
  const parts = partProfiles(view);
  const classes = new Map<string, EventReason & { readonly clockClass: number }>();
  const add = (name: string, told: EventReason & { readonly clockClass: number }) => {
    if (told.clockClass > (classes.get(name)?.clockClass ?? -1)) classes.set(name, told);
  };
  view.ptpClocks.forEach(({ profile, clock }, index) => {
    const clockClass = announcedClass(clock);
    if (clockClass !== undefined && !parts.has(profile)) add(names[index] ?? "", { clockClass, cause: [] });
  });
  for (const { iface, clockClass } of view.telecomClocks ?? []) {
    const { value, since, cause } = clockClass;
    add(iface, { clockClass: value, sinceUnixMs: since.unixMs, cause });
  }
  return [...classes].map(([name, told]) => ({ resource: "clock-class", name, ...told }));
}

function overallValue({ state, since, cause }: SyncStatus): EventValue {
  return { resource: "sync-state", state: outsideState(state), sinceUnixMs: since.unixMs, cause };
}
