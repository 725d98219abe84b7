import { createRegistry } from "@ptp/kit";
import type { SessionEvents } from "./sessions/sessions.ts";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What the operator counts. */
export interface OperatorMetrics {
  readonly registry: Registry;
  readonly configPushes: Counter;
  readonly results: Counter<"outcome">;
  readonly sessionEnds: Counter<"status">;
  readonly resolveSeconds: Histogram;
  readonly statusWriteFailures: Counter;
}

/** What is read when somebody scrapes. */
export interface MetricSources {
  readonly connectedCount: () => number;
  readonly problemCount: () => number;
  readonly nodeCount: () => number;
}

/** Registers the operator's metrics in a registry of its own. */
export function createOperatorMetrics(sources: MetricSources): OperatorMetrics {
  const registry = createRegistry();
  const registers = [registry];
  gauge(registry, "ptp_operator_sessions", "Agents connected.", sources.connectedCount);
  gauge(registry, "ptp_operator_nodes", "Nodes that have a configuration.", sources.nodeCount);
  gauge(registry, "ptp_operator_store_problems", "Things the source holds that cannot be used.", sources.problemCount);
  return {
    registry,
    configPushes: new Counter({
      name: "ptp_operator_config_pushes_total",
      help: "Configurations sent to agents.",
      registers,
    }),
    results: new Counter({
      name: "ptp_operator_profile_results_total",
      help: "Profiles that agents answered for, by outcome.",
      labelNames: ["outcome"],
      registers,
    }),
    sessionEnds: new Counter({
      name: "ptp_operator_session_ends_total",
      help: "Sessions refused or ended by the operator, by gRPC status.",
      labelNames: ["status"],
      registers,
    }),
    resolveSeconds: new Histogram({
      name: "ptp_operator_resolve_duration_seconds",
      help: "From a changed source to every configuration resolved and handed to the sessions.",
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
      registers,
    }),
    statusWriteFailures: new Counter({
      name: "ptp_operator_status_write_failures_total",
      help: "Status writes that failed and are tried again.",
      registers,
    }),
  };
}

/** Counts what happens in sessions, and passes on that facts changed. */
export function countSessions(metrics: OperatorMetrics, changed: () => void): SessionEvents {
  return {
    changed,
    configPushed: () => metrics.configPushes.inc(),
    resultHeard: (outcome) => metrics.results.inc({ outcome }),
    refused: (status) => metrics.sessionEnds.inc({ status }),
  };
}

/** Counts a resolution, and passes on that there was one. */
export function countResolved(metrics: OperatorMetrics, resolved: () => void): (durationMs: number) => void {
  return (durationMs) => {
    metrics.resolveSeconds.observe(durationMs / 1000);
    resolved();
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const metric: Gauge = new Gauge({ name, help, registers: [], collect: () => metric.set(read()) });
  registry.registerMetric(metric);
}
