import { randomUUID } from "node:crypto";
import { createApiClient, createLeaderElection, loadKubeConfig } from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import { createAgentIdentity, type AgentIdentityOptions } from "./identity/agent-identity.ts";
import { createAgentPods } from "./identity/agent-pods.ts";
import { createConsumerTokens } from "./identity/consumer-tokens.ts";
import { replicaName } from "./identity/replica-pods.ts";
import { composeAgents } from "./compose-agents.ts";
import { composeListeners } from "./compose-listeners.ts";
import { composeStatus } from "./compose-status.ts";
import { createHttpParts } from "./operator-http.ts";
import { countResolved, countSessions, createOperatorMetrics } from "./operator-metrics.ts";
import type { ClusterOptions } from "./options.ts";
import { createReconciler, type Reconciler } from "./reconcile/reconciler.ts";
import { defaultSessionSettings } from "./sessions/session-settings.ts";
import { createSessions, type Sessions, type SessionsOptions } from "./sessions/sessions.ts";
import { createUnixListeners } from "./sessions/unix-listeners.ts";
import { createClusterStore } from "./store/cluster-store.ts";

/** Name of the Lease the replicas share, as with the existing operator. */
const leaseName = "ptp.openshift.io";

/** The whole operator in a cluster: its parts in the order in which they start. */
export function composeCluster(options: ClusterOptions, version: string, log: Logger): readonly Part[] {
  const { namespace: operatorNamespace, podName, sessionDir, listen } = options;
  const replica = replicaName(podName, randomUUID());
  const { client, election, store, pods, identity } = reachCluster(options, replica, {
    log,
    refused: (word) => metrics.agentRefusals.inc({ reason: word }),
  });
  const metrics = createOperatorMetrics({
    connectedCount: () => sessions.connectedCount(),
    problemCount: () => store.state().problems.length,
    nodeCount: () => agents.nodeCount(),
    isLeading: () => election?.isLeading() ?? true,
    eventsDropped: () => eventsDropped(),
  });
  const touch = () => status.touch();
  const reviewToken = listen && createConsumerTokens({ client, nowUnixMs: Date.now });
  const sessions = composeSessions(version, { log, events: countSessions(metrics, touch), reviewToken });
  const sockets = sessionDir === undefined ? undefined : createUnixListeners({ directory: sessionDir, sessions, log });
  const setNodes = (nodeNames: Iterable<string>) => sockets?.setNodes(nodeNames);
  const resolved = countResolved(metrics, touch);
  const reconciler: Reconciler = createReconciler({ store, sessions, setNodes, resolved });
  const listeners = composeListeners({ options, client, election, store, identity, sessions, metrics, log });
  const last = () => reconciler.last();
  const isReady = () => last() !== undefined && listeners.areServed() && (listen === undefined || pods.synced());
  const agents = composeAgents(options, { client, store, pods, election, metrics, changed: touch, log });
  const place = { options, client, store, sessions, pods, agents, election, replica, podName, operatorNamespace, log };
  const failed = () => metrics.statusWriteFailures.inc();
  const { status, parts, eventsDropped } = composeStatus({ ...place, last, failed, identity });
  return [
    { name: "API client", start: async () => {}, stop: () => client.close() },
    ...(election ? [election] : []),
    ...createHttpParts({ ...options, registry: metrics.registry, isReady, log }),
    ...(sockets ? [sockets] : []),
    ...(listen || election ? [pods, ...listeners.parts] : listeners.parts),
    ...parts,
    ...agents.parts,
    store,
    reconciler,
  ];
}

function composeSessions(
  operatorVersion: string,
  {
    reviewToken,
    ...rest
  }: Pick<SessionsOptions, "log" | "events"> & { readonly reviewToken: SessionsOptions["reviewToken"] | undefined },
): Sessions {
  const settings = { ...defaultSessionSettings, operatorVersion };
  return createSessions({ settings, ...rest, nowUnixMs: Date.now, ...(reviewToken && { reviewToken }) });
}

/** All that speaks to the API server. */
function reachCluster(
  options: ClusterOptions,
  replica: string,
  { log, refused }: Pick<AgentIdentityOptions, "log" | "refused">,
) {
  const { kubeconfig, namespace, watchNamespaces, agentServiceAccount: serviceAccount } = options;
  const client = createApiClient(loadKubeConfig({ ...(kubeconfig !== undefined && { kubeconfig }) }));
  const candidate = { name: leaseName, identity: replica };
  const election = options.leaderElect ? createLeaderElection({ client, namespace, log, ...candidate }) : undefined;
  const store = createClusterStore({
    client,
    log,
    operatorNamespace: namespace,
    ...(watchNamespaces && { profileNamespaces: watchNamespaces }),
    secretNamespaces: [...new Set([namespace, ...(watchNamespaces ?? [])])],
    fence: () => election?.fence(),
  });
  const pods = createAgentPods({ client, log, namespace });
  const identity = createAgentIdentity({ client, pods, namespace, serviceAccount, nowUnixMs: Date.now, log, refused });
  return { client, election, store, pods, identity };
}
