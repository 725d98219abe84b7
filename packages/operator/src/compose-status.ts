import { createEventRecorder, type ApiClient, type LeaderElection } from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import type { ComposedAgents } from "./compose-agents.ts";
import type { ReviewedIdentity } from "./identity/agent-identity.ts";
import type { AgentPods } from "./identity/agent-pods.ts";
import { composePublisher } from "./compose-publisher.ts";
import type { ClusterOptions } from "./options.ts";
import { createReplicaPods } from "./identity/replica-pods.ts";
import type { Resolved } from "./reconcile/reconciler.ts";
import type { Sessions } from "./sessions/sessions.ts";
import { withPublishing } from "./publish/publish-standing.ts";
import { createClusterTarget } from "./status/cluster-target.ts";
import { createStatusPart, type StatusPart } from "./status/status-part.ts";
import { createTransitionTeller } from "./status/transition-teller.ts";
import type { ClusterStore } from "./store/cluster-store.ts";

/** What the status of a cluster's objects is made of, and how it is written and told. */
export interface StatusPlace {
  readonly options: Pick<ClusterOptions, "publishConfigMap" | "namespace" | "operatorName">;
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly store: ClusterStore;
  readonly sessions: Pick<Sessions, "facts" | "newestUnixMs" | "verify">;
  readonly pods: AgentPods;
  /** Undefined: one operator without replicas. */
  readonly election: LeaderElection | undefined;
  /** Who this replica is, as `replicaName` makes it. */
  readonly replica: string;
  readonly podName: string;
  readonly operatorNamespace: string;
  readonly last: () => Resolved | undefined;
  readonly agents: Pick<ComposedAgents, "judge">;
  /** Agents that wait for the API server to review their tokens go first. */
  readonly identity: Pick<ReviewedIdentity, "waiting">;
  /** A write failed. */
  readonly failed: () => void;
  readonly log: Logger;
}

/** The status of a cluster's objects with its events. */
export interface ClusterStatus {
  readonly status: Pick<StatusPart, "touch">;
  /** In the order in which they start. */
  readonly parts: readonly Part[];
  /** Events that were never told. */
  readonly eventsDropped: () => number;
}

/** Creates what writes the status that is this replica's to write, and tells its transitions as Kubernetes events. */
export function composeStatus(place: StatusPlace): ClusterStatus {
  const { client, store, sessions, pods, election, replica, podName, operatorNamespace, log } = place;
  const source = { controller: "ptp.openshift.io/operator", instance: podName };
  const recorder = createEventRecorder({ client, source, log });
  const target = createClusterTarget({
    store,
    sessions,
    election,
    replica,
    replicas: createReplicaPods({ pods, podName }),
    operatorNamespace,
    nowUnixMs: Date.now,
    written: createTransitionTeller({ store, recorder }),
  });
  const status = createStatusPart({
    store: target,
    factsOf: (nodeName) => target.factsOf(nodeName),
    operatorNamespace,
    // The target itself lets stand what was told of agents that may come back.
    returnMs: 0,
    ...(election && { replica }),
    hasFirstGeneration: () => isFirstGenerationUsed(store),
    log,
    agents: () => withPublishing(place.agents.judge(), publisher?.standing()),
    last: place.last,
    makesWay: () => place.identity.waiting() > 0,
    failed: place.failed,
  });
  const publisher = composePublisher(place, recorder, () => status.touch());
  const touch = () => {
    status.touch();
    publisher?.touch();
  };
  election?.subscribe(touch);
  store.subscribeStatus(touch);
  pods.subscribe(touch);
  const parts = [recorder, status, ...(publisher ? [publisher] : [])];
  return { status: { touch }, parts, eventsDropped: () => recorder.dropped() };
}

/** Who uses the first generation has a NodePTPCfg; for all others its objects would double what is written of each node. */
function isFirstGenerationUsed(store: ClusterStore): boolean {
  if (!store.serves("NodePTPDev")) return false;
  const { objects, problems } = store.state();
  if (problems.some(({ object }) => object?.kind === "NodePTPCfg")) return true;
  for (const { kind } of objects.values()) if (kind === "NodePTPCfg") return true;
  return false;
}
