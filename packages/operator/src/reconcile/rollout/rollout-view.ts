/** A pod of the agents' DaemonSet. */
export interface PodStand {
  readonly name: string;
  readonly uid: string;
  readonly nodeName: string;
  /** Hash of the template it was made of; empty where it has none. */
  readonly template: string;
  readonly isReady: boolean;
  readonly isLeaving: boolean;
  /** Its program ends again and again, or its image does not come. */
  readonly isFailing: boolean;
}

/** How a node's clocks are. `none`: it runs nothing that keeps time, nobody misses its agent. */
export type ClockStand = "synchronized" | "holdover" | "out" | "none";

/** A node as its NodePtpDevice tells. */
export interface NodeStand {
  /** The pod whose agent has told this; undefined where nobody has. */
  readonly podName: string | undefined;
  readonly isConnected: boolean;
  /** It runs what it shall: nothing is pending, refused or failing. */
  readonly isSettled: boolean;
  readonly clocks: ClockStand;
  /** Since when it is synchronized, or is not. */
  readonly sinceUnixMs: number;
  /** Since when its agent is connected, or is not. */
  readonly agentSinceUnixMs: number;
  /** Others take time from it. */
  readonly givesTime: boolean;
}

/** A replacement that has begun and has not come to its end. */
export interface StartedUpdate {
  /** Uid of the pod that was to be deleted. */
  readonly replaces: string;
  readonly startedUnixMs: number;
  /** How the node was before: it is back when it is like that again. */
  readonly wasSettled: boolean;
  readonly clocksBefore: ClockStand;
}

/** What was begun: kept in the cluster, so that any replica goes on where another stopped. */
export interface Journal {
  /** Replacements under way, by node. */
  readonly updates: ReadonlyMap<string, StartedUpdate>;
  /** Nodes that were without time already when their agent was replaced: nobody waits for their clocks. */
  readonly excused: ReadonlySet<string>;
}

/** How agents are updated. */
export interface UpdateSettings {
  /** Nodes that may be without synchronized time at once: a number, or a share such as `10%` of the nodes with agents. */
  readonly maxUnavailable: number | string;
  /** How long a node may take to be as it was before. */
  readonly deadlineMs: number;
  /** What follows when it takes longer. */
  readonly onDeadline: "stop" | "continue";
}

/** `roll`: by the settings; `pause`: nothing is replaced; `all-at-once`: everything is, whatever it costs. */
export type UpdateMode = "roll" | "pause" | "all-at-once";

/** All that the next step of an update depends on. */
export interface RolloutView {
  /** Hash of the template that pods shall be made of. */
  readonly template: string;
  readonly pods: readonly PodStand[];
  /** Nodes that shall have an agent. */
  readonly wantedNodes: ReadonlySet<string>;
  /** Nodes whose kubelet is silent: their pods can be neither replaced nor trusted. */
  readonly lostNodes: ReadonlySet<string>;
  readonly nodes: ReadonlyMap<string, NodeStand>;
  readonly journal: Journal;
  readonly settings: UpdateSettings;
  readonly mode: UpdateMode;
  readonly nowUnixMs: number;
}

/** A node that is as it was before, with its agent replaced. */
export interface FinishedUpdate {
  readonly nodeName: string;
  /** From the deletion of its pod until its clocks were synchronized again; undefined where they were not before. */
  readonly outOfSyncMs: number | undefined;
}

/** How the update of the agents stands, for conditions and metrics. */
export interface RolloutFacts {
  readonly state: "updated" | "progressing" | "stalled" | "paused";
  /** Pods that are not of the newest template. */
  readonly outdated: number;
  /** What is waited for, in words; empty when nothing is. */
  readonly message: string;
}

/** What to do now. */
export interface RolloutDecision {
  /** To be stored before anything is deleted. */
  readonly journal: Journal;
  /** Pods to delete. */
  readonly replace: readonly PodStand[];
  readonly finished: readonly FinishedUpdate[];
  readonly facts: RolloutFacts;
  /** When time alone makes another decision possible, from now; Infinity: never. */
  readonly dueMs: number;
}
