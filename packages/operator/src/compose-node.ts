import { createApiClient, loadKubeConfig, type ApiClient } from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import { createNodeTarget } from "./only-node/node-target.ts";
import { createOwnMatchWriter } from "./only-node/own-match-writer.ts";
import { createHttpParts } from "./operator-http.ts";
import { countResolved, countSessions, createOperatorMetrics } from "./operator-metrics.ts";
import type { NodeOptions } from "./options.ts";
import { createReconciler, type Reconciler } from "./reconcile/reconciler.ts";
import { defaultSessionSettings } from "./sessions/session-settings.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createUnixListeners } from "./sessions/unix-listeners.ts";
import { createStatusPart } from "./status/status-part.ts";
import { createClusterStore, type ClusterStore } from "./store/cluster-store.ts";

/** This operator has no others beside it, and tells no events. */
const withoutReplicas = { isLeading: () => false, eventsDropped: () => 0 };

/**
 * The operator of one node, which the node's own agent starts beside itself (controller mode): the same store, resolution
 * and session, of which everything that is not about this node is left out. Its parts in the order in which they start.
 */
export function composeNode(options: NodeOptions, version: string, log: Logger): readonly Part[] {
  const { onlyNode: nodeName, namespace, sessionDir: directory } = options;
  const { client, store } = reachCluster(options, log);
  const metrics = createOperatorMetrics({
    connectedCount: () => sessions.connectedCount(),
    problemCount: () => store.state().problems.length,
    nodeCount: () => last()?.resolution.nodes.size ?? 0,
    ...withoutReplicas,
  });
  const touch = (): void => [status, matches].forEach((writer) => writer.touch());
  const events = countSessions(metrics, touch);
  const settings = { ...defaultSessionSettings, operatorVersion: version };
  const sessions = createSessions({ settings, log, events, nowUnixMs: Date.now });
  const sockets = createUnixListeners({ directory, sessions, log, socketName: () => "node.sock" });
  const setNodes = tellAbsence(nodeName, log, (nodeNames) => sockets.setNodes(nodeNames));
  const reconciler: Reconciler = createReconciler({
    store,
    sessions,
    setNodes,
    resolved: countResolved(metrics, touch),
  });
  const last = () => reconciler.last();
  const failed = () => metrics.statusWriteFailures.inc();
  const target = createNodeTarget({ nodeName, namespace, store });
  const told = { operatorNamespace: namespace, last, log, failed };
  const status = createStatusPart({ ...told, store: target, factsOf: (name) => sessions.facts(name) });
  const matches = createOwnMatchWriter({ ...told, nodeName, client, store, random: Math.random });
  store.subscribeStatus(touch);
  return [
    { name: "API client", start: async () => {}, stop: () => client.close() },
    ...createHttpParts({ ...options, registry: metrics.registry, isReady: () => last() !== undefined, log }),
    sockets,
    { name: "sessions", start: async () => {}, stop: async () => sessions.drain() },
    status,
    matches,
    store,
    reconciler,
  ];
}

function reachCluster(options: NodeOptions, log: Logger): { readonly client: ApiClient; readonly store: ClusterStore } {
  const { onlyNode, kubeconfig, namespace, watchNamespaces } = options;
  const client = createApiClient(loadKubeConfig({ ...(kubeconfig !== undefined && { kubeconfig }) }));
  const store = createClusterStore({
    client,
    log,
    onlyNode,
    operatorNamespace: namespace,
    ...(watchNamespaces && { profileNamespaces: watchNamespaces }),
    secretNamespaces: [...new Set([namespace, ...(watchNamespaces ?? [])])],
  });
  return { client, store };
}

/** An agent that waits for the socket of a node that does not exist would not learn why. */
function tellAbsence(
  nodeName: string,
  log: Logger,
  setNodes: (nodeNames: Iterable<string>) => void,
): (nodeNames: Iterable<string>) => void {
  return (nodeNames) => {
    const nodes = [...nodeNames];
    if (!nodes.includes(nodeName)) {
      log.error("the cluster has no such node: give the agent its name by NODE_NAME or --node-name", {
        node: nodeName,
      });
    }
    setNodes(nodes);
  };
}
