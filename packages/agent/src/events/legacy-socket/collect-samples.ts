import { metricFamilies, type MetricFamily, type MetricSample } from "@ptp/truth";
import { Counter, Gauge, type Registry } from "prom-client";

/** Families of the existing stack: a daemon's lines tell nothing of our own ones. */
const families = Object.entries<MetricFamily>(metricFamilies).filter(([, { name }]) => name.startsWith("openshift_"));

/** Registers the families of the existing sidecar; what `read` gives at a scrape is all that they then have. */
export function collectSamples(registry: Registry, read: () => readonly MetricSample[]): void {
  const samplesOf = oncePerScrape(read);
  for (const [key, { name, help, type, labels }] of families) {
    const collect = (): void => fill(metric, samplesOf(key));
    const options = { name, help, labelNames: [...labels], registers: [registry], collect };
    const metric: Gauge | Counter = type === "counter" ? new Counter(options) : new Gauge(options);
  }
}

/** All families of a scrape are collected in one go, and show the same moment. */
function oncePerScrape(read: () => readonly MetricSample[]): (family: string) => readonly MetricSample[] {
  let known: ReadonlyMap<string, readonly MetricSample[]> | undefined;
  return (family) => {
    if (known === undefined) {
      known = Map.groupBy(read(), (sample) => sample.family);
      queueMicrotask(() => (known = undefined));
    }
    return known.get(family) ?? [];
  };
}

function fill(metric: Gauge | Counter, samples: readonly MetricSample[]): void {
  metric.reset();
  for (const { labels, value } of samples) metric.inc({ ...labels }, value);
}
