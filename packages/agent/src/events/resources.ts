import type { EventResource } from "@ptp/truth";

/** How a resource is called on the wire. */
export interface ResourceName {
  readonly resource: EventResource;
  /** Below the node; `source` of its events. */
  readonly path: string;
  readonly type: string;
}

/** All resources, in the order in which they are listed. */
export const resourceNames: readonly ResourceName[] = [
  named("sync-state", "/sync/sync-status/sync-state", "sync-status.synchronization-state-change"),
  named("os-clock-sync-state", "/sync/sync-status/os-clock-sync-state", "sync-status.os-clock-sync-state-change"),
  named("clock-class", "/sync/ptp-status/clock-class", "ptp-status.ptp-clock-class-change"),
  named("lock-state", "/sync/ptp-status/lock-state", "ptp-status.ptp-state-change"),
  named("gnss-sync-status", "/sync/gnss-status/gnss-sync-status", "gnss-status.gnss-state-change"),
  named("synce-lock-state", "/sync/synce-status/lock-state", "synce-status.synce-state-change"),
  named("synce-clock-quality", "/sync/synce-status/clock-quality", "synce-status.synce-clock-quality-change"),
];

/** Wire name of a resource. */
export function resourceName(resource: EventResource): ResourceName {
  const found = resourceNames.find((each) => each.resource === resource);
  return found ?? named(resource, `/sync/${resource}`, resource);
}

function named(resource: EventResource, path: string, type: string): ResourceName {
  return { resource, path, type: `event.sync.${type}` };
}
