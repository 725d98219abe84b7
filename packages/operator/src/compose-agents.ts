import type { ApiClient, LeaderElection } from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import { composeOperatorConfig } from "./compose-operator-config.ts";
import type { AgentPods } from "./identity/agent-pods.ts";
import type { OperatorMetrics } from "./operator-metrics.ts";
import type { ClusterOptions } from "./options.ts";
import { judgeAgents, type AgentsJudgement } from "./reconcile/operator-config/agents-standing.ts";
import { withRollout } from "./reconcile/rollout/rollout-facts.ts";
import { createRolloutMetrics } from "./reconcile/rollout/rollout-metrics.ts";
import { createRollout } from "./reconcile/rollout/rollout.ts";
import { toUpdateSettings } from "./reconcile/rollout/update-settings.ts";
import type { ClusterStore } from "./store/cluster-store.ts";

/** What the making and updating of agents stands on. */
export interface AgentsPlace {
  readonly client: ApiClient;
  readonly store: ClusterStore;
  readonly pods: AgentPods;
  /** Undefined: one operator without replicas. */
  readonly election: LeaderElection | undefined;
  readonly metrics: Pick<OperatorMetrics, "registry">;
  /** How the agents stand may be another. */
  readonly changed: () => void;
  readonly log: Logger;
}

/** The agents of the cluster. */
export interface ComposedAgents {
  /** In the order in which they start. */
  readonly parts: readonly Part[];
  /** Nodes that shall have an agent. */
  readonly nodeCount: () => number;
  /** How the agents and their update stand, for conditions. */
  readonly judge: () => AgentsJudgement;
}

/** Creates what makes the agents' DaemonSet, and what replaces agents one node at a time. */
export function composeAgents(options: ClusterOptions, { metrics, changed, ...place }: AgentsPlace): ComposedAgents {
  const wake = (): void => {
    changed();
    rollout.wake();
  };
  const agents = composeOperatorConfig(options, { ...place, changed: wake });
  const rollout = createRollout({
    ...place,
    changed,
    namespace: options.namespace,
    daemonSet: () => {
      const standing = agents.standing();
      return standing.kind === "made" ? standing.daemonSet : undefined;
    },
    nodeNames: () => agents.nodeNames(),
    settings: () => agents.settings()?.update ?? toUpdateSettings({}),
    nowUnixMs: Date.now,
    finished: (update) => counted.finished(update),
  });
  const counted = createRolloutMetrics(metrics.registry, () => rollout.facts());
  return {
    parts: [agents, rollout],
    nodeCount: () => agents.nodeCount(),
    judge: () => withRollout(judgeAgents(agents.standing()), rollout.facts()),
  };
}
