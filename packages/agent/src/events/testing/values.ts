import type { EventValue, OutsideState } from "@ptp/truth";

/** A clock that an ordinary node would tell of. */
export function lockState(state: OutsideState, offsetNs = 5, name = "ens1fx"): EventValue {
  return { resource: "lock-state", name, state, offsetNs, sinceUnixMs: 1_700_000_000_000, cause: ["as the test says"] };
}

/** The overall state. */
export function syncState(state: OutsideState): EventValue {
  return { resource: "sync-state", state, cause: [] };
}

/** The class of the clock of `lockState`. */
export function clockClass(value: number): EventValue {
  return { resource: "clock-class", name: "ens1fx", clockClass: value, cause: [] };
}
