import type { EventValue } from "@ptp/truth";

/** What a node with all seven resources tells. */
export function clockValues(state: "LOCKED" | "FREERUN"): readonly EventValue[] {
  const reason = { cause: ["test"], sinceUnixMs: Date.now() };
  return [
    { resource: "sync-state", state, ...reason },
    { resource: "lock-state", name: "ens1fx", state, offsetNs: -5, ...reason },
    { resource: "os-clock-sync-state", name: "CLOCK_REALTIME", state, offsetNs: 12, ...reason },
    { resource: "clock-class", name: "ens1fx", clockClass: 6, ...reason },
    { resource: "gnss-sync-status", name: "ens7fx", state: "SYNCHRONIZED", gpsFix: 3, offsetNs: 5, ...reason },
    { resource: "synce-lock-state", name: "synce1/ens7f0", state: "LOCKED", ...reason },
    { resource: "synce-clock-quality", name: "synce1/ens7f0", ql: 1, extendedQl: 32, ...reason },
  ];
}
