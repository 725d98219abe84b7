import type { ApiClient, LeaderElection } from "@ptp/cluster";
import type { Logger } from "@ptp/kit";
import type { ClusterOptions } from "./options.ts";
import { createOperatorConfig, type OperatorConfigReconciler } from "./reconcile/operator-config/operator-config.ts";
import type { ClusterStore } from "./store/cluster-store.ts";

/** What the reconciler of the PtpOperatorConfig stands on. */
export interface OperatorConfigPlace {
  readonly client: ApiClient;
  readonly store: ClusterStore;
  /** Undefined: one operator without replicas. */
  readonly election: LeaderElection | undefined;
  /** How the agents stand may be another. */
  readonly changed: () => void;
  readonly log: Logger;
}

/** Creates what makes the agents' DaemonSet and the event Services. */
export function composeOperatorConfig(
  { namespace, operatorName, agentSettings }: Pick<ClusterOptions, "namespace" | "operatorName" | "agentSettings">,
  place: OperatorConfigPlace,
): OperatorConfigReconciler {
  return createOperatorConfig({ ...place, namespace, operatorName, settingsPath: agentSettings });
}
