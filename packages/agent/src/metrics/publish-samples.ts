import { metricFamilies, metricSamples, type MetricSample, type NodeView } from "@ptp/truth";
import { Counter, Gauge, type Registry } from "prom-client";

/** Puts a node's samples into a registry. */
export interface SamplePublisher {
  /** Replaces every series by the view's: what the view no longer has is gone from the next scrape. */
  publish(view: NodeView): void;
}

/** Registers the metric families of `truth` and returns what fills them. */
export function createSamplePublisher(registry: Registry): SamplePublisher {
  const families = Object.entries(metricFamilies).map(([key, family]) => {
    const options = { name: family.name, help: family.help, labelNames: [...family.labels], registers: [registry] };
    const metric = family.type === "counter" ? new Counter(options) : new Gauge(options);
    return { key, metric };
  });
  return {
    publish: (view) => {
      const samples = Map.groupBy(metricSamples(view), ({ family }) => family as string);
      for (const { key, metric } of families) fill(metric, samples.get(key) ?? []);
    },
  };
}

function fill(metric: Gauge | Counter, samples: readonly MetricSample[]): void {
  metric.reset();
  for (const { labels, value } of samples) {
    if (metric instanceof Gauge) metric.set({ ...labels }, value);
    else metric.inc({ ...labels }, value);
  }
}
