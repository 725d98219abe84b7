/**
 * Reasons of conditions: stable words for programs. A reason says why a condition has its status; the message beside it
 * says it with object, field and value.
 */
export const reasons = {
  /** Ready, ConfigValid, NodesMatched, …: nothing is wrong. */
  succeeded: "Succeeded",
  /** ConfigValid: admission rules found errors. */
  invalid: "Invalid",
  /** ConfigValid: a recommendation or a profile setting names a profile that nobody defines. */
  unresolvedProfileReference: "UnresolvedProfileReference",
  /** ConfigValid: a name is defined by several other objects. */
  ambiguousProfileReference: "AmbiguousProfileReference",
  /** ConfigValid: the Secret or key of a sa_file is missing; the last good key stays in use. */
  secretMissing: "SecretMissing",
  /** NodesMatched: nodes run profiles of this object. */
  matched: "Matched",
  /** NodesMatched: no rule selects a node. */
  noNodesMatched: "NoNodesMatched",
  /** NodesMatched: rules select nodes, but stronger recommendations win on all of them. */
  shadowed: "Shadowed",
  /** NodesMatched: the related profile of a HardwareConfig runs nowhere. */
  relatedProfileNotSelected: "RelatedProfileNotSelected",
  /** Synchronized: every clock is LOCKED. */
  locked: "Locked",
  /** Synchronized: a clock is in HOLDOVER. */
  holdover: "Holdover",
  /** Synchronized: a clock is FREERUN. */
  freerun: "Freerun",
  /** Synchronized, HardwareApplied: no report of a node has come yet, or it is too old. */
  notReported: "NotReported",
  /** Reconciling: nodes are on their way to the current generation. */
  progressing: "Progressing",
  /** Reconciling, Synchronized: the agent of a node is not connected. */
  agentDisconnected: "AgentDisconnected",
  /** Stalled, Ready: an agent refused a profile. */
  refused: "Refused",
  /** Ready: a process of a profile does not stay up. */
  processFailed: "ProcessFailed",
  /** AgentsAvailable: an object of that name is there that this operator did not make; it stays as it is. */
  ownedByOthers: "OwnedByOthers",
  /** AgentsUpdated: a node was not as before within the deadline; no other node is touched until it is. */
  updateStalled: "UpdateStalled",
  /** AgentsUpdated: an annotation keeps agents as they are. */
  updatePaused: "UpdatePaused",
  /** ProfilesPublished: no ConfigMap holds the profiles of all nodes; what is in it stays. */
  profilesTooLarge: "ProfilesTooLarge",
  /** HardwareApplied: this version cannot set the hardware asked for. */
  unsupported: "Unsupported",
  /** HardwareApplied: setting a pin, synchronizer or receiver failed. */
  hardwareFailed: "HardwareFailed",
  /** LeapSecondsKnown: the list in force ends within 60 days. */
  leapListExpiring: "LeapListExpiring",
  /** LeapSecondsKnown: it has ended, and ts2phc takes no time by it. */
  leapListExpired: "LeapListExpired",
  /** LeapSecondsKnown: the list that the node was given is refused; the last good one stays. */
  leapListRefused: "LeapListRefused",
  /** LeapSecondsKnown: the GNSS receiver tells another difference than the list. */
  leapListContradicted: "LeapListContradicted",
  /** HardwareApplied: nothing of the object needs hardware to be set. */
  notRequired: "NotRequired",
} as const;

/** One of {@link reasons}. */
export type Reason = (typeof reasons)[keyof typeof reasons];
