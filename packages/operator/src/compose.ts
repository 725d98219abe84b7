import type { Logger, Part } from "@ptp/kit";
import { createHttpParts } from "./operator-http.ts";
import { countResolved, countSessions, createOperatorMetrics } from "./operator-metrics.ts";
import type { DirectoryOptions } from "./options.ts";
import { createReconciler, type Reconciler } from "./reconcile/reconciler.ts";
import { defaultSessionSettings } from "./sessions/session-settings.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createTlsListener } from "./sessions/tls-listener.ts";
import { createUnixListeners } from "./sessions/unix-listeners.ts";
import { createStatusPart } from "./status/status-part.ts";
import { createDirectoryStore } from "./store/directory-store.ts";
import { tellExpiry } from "./tls/certificate-metrics.ts";

/** The whole operator in standalone mode: its parts in the order in which they start. */
export function compose(options: DirectoryOptions, version: string, log: Logger): readonly Part[] {
  const store = createDirectoryStore({ directory: options.directory, log });
  const metrics = createOperatorMetrics({
    connectedCount: () => sessions.connectedCount(),
    problemCount: () => store.state().problems.length,
    nodeCount: () => reconciler.last()?.resolution.nodes.size ?? 0,
  });
  const sessions = createSessions({
    settings: { ...defaultSessionSettings, operatorVersion: version },
    log,
    events: countSessions(metrics, () => status.touch()),
    nowUnixMs: Date.now,
  });
  const sockets = createUnixListeners({ directory: options.sessionDir, sessions, log });
  const network = options.tls && createTlsListener({ ...options.tls, sessions, log });
  if (network !== undefined) tellExpiry(metrics.registry, network);
  const reconciler: Reconciler = createReconciler({
    store,
    sessions,
    setNodes: (nodeNames) => sockets.setNodes(nodeNames),
    resolved: countResolved(metrics, () => status.touch()),
  });
  const last = () => reconciler.last();
  const failed = () => metrics.statusWriteFailures.inc();
  const status = createStatusPart({ store, log, factsOf: (nodeName) => sessions.facts(nodeName), last, failed });
  const isReady = () => last() !== undefined;
  return [
    ...createHttpParts({ ...options, registry: metrics.registry, isReady, log }),
    sockets,
    ...(network ? [network] : []),
    { name: "sessions", start: async () => {}, stop: async () => sessions.drain() },
    status,
    store,
    reconciler,
  ];
}
