import { Gauge, Histogram, type Registry } from "prom-client";
import type { FinishedUpdate, RolloutFacts } from "./rollout-view.ts";

/** What is told of updates of agents. */
export interface RolloutMetrics {
  /** An update has come to its end. */
  readonly finished: (update: FinishedUpdate) => void;
}

/** Registers the metrics of updates; `facts` are asked for when somebody scrapes, only the leader has them. */
export function createRolloutMetrics(registry: Registry, facts: () => RolloutFacts | undefined): RolloutMetrics {
  const gauge = (name: string, help: string, read: () => number): void => {
    const metric: Gauge = new Gauge({ name, help, registers: [], collect: () => metric.set(read()) });
    registry.registerMetric(metric);
  };
  gauge("ptp_operator_agents_outdated", "Agents that are not of the newest template.", () => facts()?.outdated ?? 0);
  gauge(
    "ptp_operator_agent_update_stalled",
    "Whether the update of the agents has stopped: a node was not as before within the deadline.",
    () => Number(facts()?.state === "stalled"),
  );
  const outOfSync = new Histogram({
    name: "ptp_operator_agent_update_out_of_sync_seconds",
    help: "From the deletion of a node's agent until the clocks of the node were synchronized again.",
    buckets: [5, 10, 15, 20, 30, 45, 60, 120, 300, 600],
    registers: [registry],
  });
  return {
    finished: ({ outOfSyncMs }) => {
      if (outOfSyncMs !== undefined) outOfSync.observe(outOfSyncMs / 1000);
    },
  };
}
