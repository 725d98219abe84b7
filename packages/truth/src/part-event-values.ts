import type { EventValue } from "./event-values.ts";
import type { Fact } from "./fact.ts";
import type { PartViews, SynceView } from "./part-views.ts";
import { outsideState } from "./sync-state.ts";
import type { SyncStatus } from "./sync-machine.ts";

/** What is told of a clock's lock. */
type LockState = Extract<EventValue, { readonly resource: "lock-state" | "os-clock-sync-state" }>;

/** Telecom clocks, and the clocks that a ts2phc steers which is no part of one. */
export function partLockStates({ telecomClocks = [], ts2phcClocks = [] }: PartViews): LockState[] {
  const parts = partProfiles({ telecomClocks });
  return [
    ...telecomClocks.map(({ iface, status, offsetNs }) => lockState(iface, status, offsetNs)),
    ...ts2phcClocks
      .filter(({ profile }) => !parts.has(profile))
      .map(({ iface, status, reading }) => lockState(iface, status, reading?.offsetNs)),
  ];
}

/** Profiles of which the telecom clock is told as a whole, and not what it is made of. */
export function partProfiles({ telecomClocks = [] }: PartViews): ReadonlySet<string> {
  return new Set(telecomClocks.flatMap(({ partProfiles }) => partProfiles));
}

/** Everything of receivers and SyncE devices. */
export function partEventValues(views: PartViews): EventValue[] {
  return [...receiverValues(views), ...(views.synceDevices ?? []).flatMap(synceValues)];
}

function lockState(name: string, status: SyncStatus, offsetNs: number | undefined): LockState {
  const state = { resource: "lock-state", name, state: outsideState(status.state), ...reasonOf(status) } as const;
  return offsetNs === undefined ? state : { ...state, offsetNs };
}

/** A fix that is not told is none: there is no number for it. */
function receiverValues({ receivers = [] }: PartViews): EventValue[] {
  return receivers.map(({ iface: name, state, fix: gpsFix = 0, timeAccuracyNs }) => ({
    resource: "gnss-sync-status",
    name,
    state: state.value,
    gpsFix,
    ...reasonOf(state),
    ...(timeAccuracyNs !== undefined && { offsetNs: timeAccuracyNs }),
  }));
}

function synceValues({ device, status, ports }: SynceView): EventValue[] {
  return ports.flatMap(({ interfaceName, sent, quality }): EventValue[] => {
    const name = `${device}/${interfaceName}`;
    const state = outsideState(status.state);
    const lock = { resource: "synce-lock-state", name, state, ...reasonOf(status) } as const;
    if (sent === undefined || quality === undefined) return [lock];
    const { ssm: ql, extended: extendedQl } = sent;
    return [lock, { resource: "synce-clock-quality", name, ql, extendedQl, ...reasonOf(quality) }];
  });
}

function reasonOf({ since, cause }: Pick<Fact<unknown>, "since" | "cause">) {
  return { sinceUnixMs: since.unixMs, cause };
}
