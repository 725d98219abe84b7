import type { Condition, CustomResource } from "../gen/types.ts";

/** Whether True is the good state of a condition, or False is. */
export type Polarity = "positive" | "negative";

/** A condition type a kind may carry. */
export interface ConditionType {
  readonly type: string;
  readonly polarity: Polarity;
  /** Whether it counts towards Ready. */
  readonly summarised: boolean;
  /** What it means, for the reference. */
  readonly meaning: string;
}

const configValid: ConditionType = {
  type: "ConfigValid",
  polarity: "positive",
  summarised: true,
  meaning: "The object can be resolved: texts are readable, references are answered.",
};
const nodesMatched: ConditionType = {
  type: "NodesMatched",
  polarity: "positive",
  summarised: true,
  meaning: "At least one node runs something of this object.",
};
const synchronized: ConditionType = {
  type: "Synchronized",
  polarity: "positive",
  summarised: true,
  meaning: "Every clock of this object is LOCKED on every node that runs it.",
};
const hardwareApplied: ConditionType = {
  type: "HardwareApplied",
  polarity: "positive",
  summarised: true,
  meaning: "Pins, synchronizers and receivers this object asks for are set.",
};

const leapSecondsKnown: ConditionType = {
  type: "LeapSecondsKnown",
  polarity: "positive",
  summarised: false,
  meaning:
    "The leap second list of the node is good and holds for 60 days at least; absent where no program asks for it.",
};

const agentsAvailable: ConditionType = {
  type: "AgentsAvailable",
  polarity: "positive",
  summarised: true,
  meaning: "Every node that shall have an agent has one that is ready and up to date.",
};

const agentsUpdated: ConditionType = {
  type: "AgentsUpdated",
  polarity: "positive",
  summarised: true,
  meaning: "No agent is of an older template, and every node is as it was before its agent was replaced.",
};

const profilesPublished: ConditionType = {
  type: "ProfilesPublished",
  polarity: "positive",
  summarised: true,
  meaning: "ptp-configmap holds the profiles of every node; only where it is written.",
};

/** The kstatus conditions every kind carries: tools such as kubectl wait, Flux and Argo CD read them. */
export const kstatusConditions: readonly ConditionType[] = [
  {
    type: "Ready",
    polarity: "positive",
    summarised: false,
    meaning: "The summary: every summarised condition is in its good state for the current generation.",
  },
  {
    type: "Reconciling",
    polarity: "negative",
    summarised: false,
    meaning: "The current generation is being worked on; absent when not.",
  },
  {
    type: "Stalled",
    polarity: "negative",
    summarised: false,
    meaning: "Nothing will change until the user acts; absent when not.",
  },
];

/** The conditions of each kind, in the order they are written. */
export const conditionsByKind: Readonly<Record<CustomResource["kind"], readonly ConditionType[]>> = {
  PtpConfig: [...kstatusConditions, configValid, nodesMatched, synchronized, hardwareApplied],
  NodePTPCfg: [...kstatusConditions, configValid, nodesMatched, synchronized],
  HardwareConfig: [...kstatusConditions, configValid, nodesMatched, hardwareApplied],
  PtpOperatorConfig: [...kstatusConditions, configValid, agentsAvailable, agentsUpdated, profilesPublished],
  NodePtpDevice: [...kstatusConditions, synchronized, hardwareApplied, leapSecondsKnown],
  NodePTPDev: kstatusConditions,
};

/** True when the condition says that all is well. Unknown is not well. */
export function isGood(condition: Pick<Condition, "status">, { polarity }: ConditionType): boolean {
  return condition.status === (polarity === "positive" ? "True" : "False");
}
