/** A resource of the API as consumers know it, apart from any producer's code. */
export interface Resource {
  /** Below the node; also `source` of its events. */
  readonly path: string;
  readonly type: string;
  /** Words that its notifications may carry; none: it has metrics only. */
  readonly states: readonly string[];
  /** Where its values may be, below the node. */
  readonly valuePath: RegExp;
  /** Whether a value of it is a number. */
  readonly hasMetric: boolean;
}

const clockStates = ["LOCKED", "HOLDOVER", "FREERUN"];

/** State of a node's PTP clock: the one that every node with PTP has. */
export const lockState: Resource = {
  path: "/sync/ptp-status/lock-state",
  type: "event.sync.ptp-status.ptp-state-change",
  states: clockStates,
  valuePath: /^[^/]+\/master$/,
  hasMetric: true,
};

/** The worst of all clocks of a node. */
export const syncState: Resource = {
  path: "/sync/sync-status/sync-state",
  type: "event.sync.sync-status.synchronization-state-change",
  states: clockStates,
  valuePath: /^sync\/sync-status\/sync-state$/,
  hasMetric: false,
};

/** All seven. */
export const resources: readonly Resource[] = [
  syncState,
  lockState,
  {
    path: "/sync/sync-status/os-clock-sync-state",
    type: "event.sync.sync-status.os-clock-sync-state-change",
    states: clockStates,
    valuePath: /^CLOCK_REALTIME$/,
    hasMetric: true,
  },
  {
    path: "/sync/ptp-status/clock-class",
    type: "event.sync.ptp-status.ptp-clock-class-change",
    states: [],
    valuePath: /^[^/]+\/master(\/CLOCK_CLASS)?$/,
    hasMetric: true,
  },
  {
    path: "/sync/gnss-status/gnss-sync-status",
    type: "event.sync.gnss-status.gnss-state-change",
    states: ["SYNCHRONIZED", "ACQUIRING-SYNC", "FAILURE-NOFIX"],
    valuePath: /^[^/]+\/master(\/gpsFix)?$/,
    hasMetric: true,
  },
  {
    path: "/sync/synce-status/lock-state",
    type: "event.sync.synce-status.synce-state-change",
    states: clockStates,
    valuePath: /^[^/]+(\/[^/]+)?$/,
    hasMetric: false,
  },
  {
    path: "/sync/synce-status/clock-quality",
    type: "event.sync.synce-status.synce-clock-quality-change",
    states: [],
    valuePath: /^[^/]+(\/[^/]+)?\/(Ql|extQl)$/,
    hasMetric: true,
  },
];
