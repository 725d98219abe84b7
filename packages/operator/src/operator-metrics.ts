import { createRegistry } from "@ptp/kit";
import { refusalWords } from "./identity/agent-refusal.ts";
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
  readonly agentRefusals: Counter<"reason">;
}

/** What is read when somebody scrapes. */
export interface MetricSources {
  readonly connectedCount: () => number;
  readonly problemCount: () => number;
  readonly nodeCount: () => number;
  /** Absent: one operator without replicas, which leads always. */
  readonly isLeading?: () => boolean;
  readonly eventsDropped?: () => number;
}

/** Registers the operator's metrics in a registry of its own. */
export function createOperatorMetrics(sources: MetricSources): OperatorMetrics {
  const registry = createRegistry();
  const registers = [registry];
  readWhenScraped(registry, sources);
  const metrics: OperatorMetrics = {
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
    agentRefusals: countRefusals(registers),
  };
  // A series that begins with its first refusal shows no increase.
  for (const outcome of ["applied", "refused"]) metrics.results.inc({ outcome }, 0);
  return metrics;
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

function countRefusals(registers: Registry[]): Counter<"reason"> {
  const refusals = new Counter({
    name: "ptp_operator_agent_refusals_total",
    help: "Agents whose proof of their node was refused, by reason.",
    labelNames: ["reason"],
    registers,
  });
  for (const reason of refusalWords) refusals.inc({ reason }, 0);
  return refusals;
}

function readWhenScraped(registry: Registry, sources: MetricSources): void {
  gauge(registry, "ptp_operator_sessions", "Agents connected.", sources.connectedCount);
  gauge(registry, "ptp_operator_nodes", "Nodes that shall have an agent.", sources.nodeCount);
  gauge(registry, "ptp_operator_store_problems", "Things the source holds that cannot be used.", sources.problemCount);
  const { isLeading = () => true, eventsDropped = () => 0 } = sources;
  gauge(registry, "ptp_operator_leader", "Whether this replica writes what spans nodes.", () => Number(isLeading()));
  gauge(
    registry,
    "ptp_operator_events_dropped",
    "Kubernetes events never told: too many of one object, or the API server refused them.",
    eventsDropped,
  );
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const metric: Gauge = new Gauge({ name, help, registers: [], collect: () => metric.set(read()) });
  registry.registerMetric(metric);
}
