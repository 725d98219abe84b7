import { metricFamilies } from "@ptp/truth";
import { Registry } from "prom-client";
import { createManagementMetrics } from "../../packages/agent/src/metrics/management-metrics.ts";
import { createSessionMetrics } from "../../packages/agent/src/metrics/session-metrics.ts";
import { countAdmission } from "../../packages/operator/src/admission/admission-metrics.ts";
import { createOperatorMetrics } from "../../packages/operator/src/operator-metrics.ts";
import { tellExpiry } from "../../packages/operator/src/tls/certificate-metrics.ts";
import { createRolloutMetrics } from "../../packages/operator/src/reconcile/rollout/rollout-metrics.ts";

/** Labels a metric has when it is asked for, by its name. */
export type LabelsByMetric = ReadonlyMap<string, readonly string[]>;

/** What the chart's ServiceMonitor adds to the operator's series. */
const operatorTarget = ["namespace", "job", "instance", "service", "endpoint", "pod", "container"];
/** What the chart's PodMonitor adds to the agents' series: no pod, since a new pod goes on with its series. */
const agentTarget = ["namespace", "job", "instance", "endpoint"];

/** Every series there can be: the families of the agents, of their sessions and of their questions to ptp4l, the operator's own, and Prometheus' `up`. */
export function knownMetrics(): LabelsByMetric {
  return new Map([
    ...Object.values(metricFamilies).map(({ name, labels }) => [name, [...labels, ...agentTarget]] as const),
    ...agentSeries().map(([name, labels]) => [name, [...labels, ...agentTarget]] as const),
    ...operatorSeries().map(([name, labels]) => [name, [...labels, ...operatorTarget]] as const),
    ["up", [...agentTarget, "node"]] as const,
  ]);
}

type Series = readonly [name: string, labels: readonly string[]];

function agentSeries(): readonly Series[] {
  const registry = new Registry();
  createSessionMetrics(registry, "");
  createManagementMetrics(registry, "");
  return seriesOf(registry);
}

function operatorSeries(): readonly Series[] {
  const none = () => 0;
  const { registry } = createOperatorMetrics({ connectedCount: none, problemCount: none, nodeCount: none });
  createRolloutMetrics(registry, () => undefined);
  countAdmission(registry);
  tellExpiry(registry, { current: () => undefined });
  return seriesOf(registry);
}

function seriesOf(registry: Registry): readonly Series[] {
  return registry.getMetricsAsArray().flatMap((metric) => {
    const labels = "labelNames" in metric ? (metric.labelNames as readonly string[]) : [];
    const { name } = metric as unknown as { readonly name: string };
    if (!("buckets" in metric)) return [[name, labels] as const];
    return [
      [`${name}_bucket`, [...labels, "le"]],
      [`${name}_sum`, labels],
      [`${name}_count`, labels],
    ] as const;
  });
}
