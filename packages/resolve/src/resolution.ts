import type { Condition, MatchedNode, NodeMatch } from "@ptp/api";
import type { NodeConfig } from "@ptp/node";
import type { Conflict } from "./conflict.ts";

/**
 * What became of a recommendation on one node: it is in force; a stronger one is; no rule of it selects the node; or it
 * would select the node but leads to nothing that can run.
 */
export type Verdict = "taken" | "shadowed" | "not-matched" | "rejected";

/** Why one recommendation counts on a node or does not. */
export interface RecommendationExplanation {
  /** `<Kind>/<namespace>/<name>` of the object that makes it. */
  readonly object: string;
  /** Place in `spec.recommend`. */
  readonly index: number;
  /** Profile name as the recommendation has it. */
  readonly profile: string;
  /** Null if it has none, which is weaker than any number. */
  readonly priority: number | null;
  readonly verdict: Verdict;
  /** For people, with the rule, the object and the remedy. */
  readonly reason: string;
}

/** What one node gets. */
export interface NodeResolution {
  readonly config: NodeConfig;
  readonly revision: string;
  /** For every recommendation of every object, in the order of objects; made when read, since few readers want it. */
  readonly explanation: readonly RecommendationExplanation[];
  readonly conflicts: readonly Conflict[];
}

/** A condition without its bookkeeping: generation and transition time are the writer's. */
export type ConditionDraft = Pick<Condition, "type" | "status" | "reason" | "message">;

/** Status of a PtpConfig or NodePTPCfg as far as resolution decides it. */
export interface ConfigStatus {
  /** What this object's recommendations really select, by bare profile name; sorted by node, then profile. Not cut. */
  readonly matchList: readonly NodeMatch[];
  readonly conditions: readonly ConditionDraft[];
}

/** Status of a HardwareConfig as far as resolution decides it. */
export interface HardwareStatus {
  /** Sorted by node, then profile. */
  readonly matchedNodes: readonly MatchedNode[];
  readonly conditions: readonly ConditionDraft[];
}

/** What a snapshot means. Maps iterate in the order of names and objects. */
export interface Resolution {
  readonly nodes: ReadonlyMap<string, NodeResolution>;
  /** By `PtpConfig/<namespace>/<name>` or `NodePTPCfg/<namespace>/<name>`. */
  readonly status: ReadonlyMap<string, ConfigStatus>;
  /** By `HardwareConfig/<namespace>/<name>`. */
  readonly hardwareStatus: ReadonlyMap<string, HardwareStatus>;
}
