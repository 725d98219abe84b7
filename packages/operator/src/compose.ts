import { createHttpPart, metricsRoute, type Logger, type Part, type Routes } from "@ptp/kit";
import { countSessions, createOperatorMetrics } from "./operator-metrics.ts";
import type { BindAddress, OperatorOptions } from "./options.ts";
import { createReconciler, type Reconciler } from "./reconcile/reconciler.ts";
import { defaultSessionSettings } from "./sessions/session-settings.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createTlsListener } from "./sessions/tls-listener.ts";
import { createUnixListeners } from "./sessions/unix-listeners.ts";
import { createStatusPart } from "./status/status-part.ts";
import { createDirectoryStore } from "./store/directory-store.ts";

/** The whole operator in standalone mode: its parts in the order in which they start. */
export function compose(options: OperatorOptions, version: string, log: Logger): readonly Part[] {
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
  const reconciler: Reconciler = createReconciler({
    store,
    sessions,
    setNodes: (nodeNames) => sockets.setNodes(nodeNames),
    resolved: (durationMs) => {
      metrics.resolveSeconds.observe(durationMs / 1000);
      status.touch();
    },
  });
  const last = () => reconciler.last();
  const failed = () => metrics.statusWriteFailures.inc();
  const status = createStatusPart({ store, log, sessions, last, failed });
  const isReady = () => last() !== undefined;
  const metricsRoutes = { "GET /metrics": metricsRoute(metrics.registry) };
  return [
    ...httpParts("metrics", options.metrics, metricsRoutes, log),
    ...httpParts("probes", options.probes, probeRoutes(isReady), log),
    sockets,
    ...(options.tls === undefined ? [] : [createTlsListener({ ...options.tls, sessions })]),
    { name: "sessions", start: async () => {}, stop: async () => sessions.drain() },
    status,
    store,
    reconciler,
  ];
}

function httpParts(name: string, address: BindAddress | undefined, routes: Routes, log: Logger): readonly Part[] {
  return address === undefined ? [] : [createHttpPart({ name, ...address, routes, log })];
}

/** Alive: the event loop answers. Ready: the source was read and resolved, and sessions are served. */
function probeRoutes(isReady: () => boolean): Routes {
  return {
    "GET /healthz": () => ({ status: 200, body: "ok\n" }),
    "GET /readyz": () =>
      isReady() ? { status: 200, body: "ok\n" } : { status: 503, body: "the source is not read yet\n" },
  };
}
