import { reasons, type Reason } from "@ptp/api";
import type { AnyObject } from "@ptp/cluster";
import type { ConditionDraft } from "@ptp/resolve";
import { draft } from "../../status/condition-draft.ts";

/** How the agents' DaemonSet stands, for the status of the PtpOperatorConfig. */
export type AgentsStanding =
  /** Agents are no business of this operator. */
  | { readonly kind: "unmanaged" }
  /** Nothing was compared yet by this process. */
  | { readonly kind: "unknown" }
  /** Nothing happens before the user acts. */
  | { readonly kind: "blocked"; readonly reason: Reason; readonly message: string }
  /** Could not be made yet; it is tried again. */
  | { readonly kind: "failing"; readonly message: string }
  /** `daemonSet` as the watch has it. */
  | { readonly kind: "made"; readonly daemonSet?: AnyObject };

/** What the standing means for the conditions of the PtpOperatorConfig. */
export interface AgentsJudgement {
  readonly aspects: readonly ConditionDraft[];
  /** Whatever was told before stands: without a word of the agents all would look well. */
  readonly isUnknown?: true;
  /** Absent: nothing is under way. */
  readonly pending?: { readonly reason: Reason; readonly message: string };
}

const type = "AgentsAvailable";

/**
 * The condition AgentsAvailable, and whether something is still under way. Whether agents are of the newest template is not
 * asked of the DaemonSet: to it all are old when other nodes are selected.
 */
export function judgeAgents(standing: AgentsStanding): AgentsJudgement {
  switch (standing.kind) {
    case "unmanaged":
      return { aspects: [] };
    case "unknown":
      return { aspects: [], isUnknown: true };
    case "blocked":
      return { aspects: [draft(type, "False", standing.reason, standing.message)] };
    case "failing":
      return underWay(standing.message);
    case "made":
      return judgeDaemonSet(standing.daemonSet);
  }
}

interface DaemonSetStatus {
  readonly observedGeneration?: number;
  readonly desiredNumberScheduled?: number;
  readonly numberReady?: number;
}

function judgeDaemonSet(daemonSet: AnyObject | undefined): AgentsJudgement {
  const status = (daemonSet?.["status"] ?? {}) as DaemonSetStatus;
  const name = daemonSet?.metadata.name ?? "";
  const generation = daemonSet?.metadata.generation ?? 1;
  if (daemonSet === undefined || (status.observedGeneration ?? 0) < generation) {
    return underWay("the agents' DaemonSet is being made");
  }
  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = status;
  if (wanted === 0) {
    const message = "no node has the labels of spec.daemonNodeSelector, by default kubernetes.io/os=linux";
    return { aspects: [draft(type, "False", reasons.noNodesMatched, message)] };
  }
  const counts = `${ready} of ${wanted} agents of DaemonSet ${name} are ready`;
  if (ready < wanted) return underWay(counts);
  return { aspects: [draft(type, "True", reasons.succeeded, counts)] };
}

function underWay(message: string): AgentsJudgement {
  const reason = reasons.progressing;
  return { aspects: [draft(type, "False", reason, message)], pending: { reason, message } };
}
