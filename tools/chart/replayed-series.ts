import { fromProfileJson, type JsonValue, type NodeConfig } from "@ptp/node";
import { defaultHostFacts, plan } from "@ptp/plan";
import { createReplay, metricFamilies, metricSamples, type Replay } from "@ptp/truth";

/** A node whose programs a test makes up, as Prometheus would see it. */
export interface ReplayedNode {
  /** Profiles as in a node's file. */
  readonly profiles: JsonValue;
  /** What its programs and hardware say in a second, from 0 on: lines as recordings have them. */
  readonly says: (second: number) => readonly string[];
  readonly seconds: number;
}

/** Seconds between two scrapes, as most have it. */
export const scrapeS = 15;

/** The values of each series at every scrape, the first at second 0, in the notation of promtool. */
export function replayedSeries({ profiles, says, seconds }: ReplayedNode): ReadonlyMap<string, readonly string[]> {
  const replay = createNode(profiles);
  const valuesBySeries = new Map<string, string[]>();
  for (let second = 0, scrapes = 0; second <= seconds; second += 1) {
    for (const line of says(second)) replay.push(line);
    if (second % scrapeS !== 0) continue;
    for (const sample of metricSamples(replay.view())) {
      const { name, labels } = metricFamilies[sample.family];
      const pairs = labels.map((label) => `${label}="${(sample.labels as Record<string, string>)[label] ?? ""}"`);
      const values = valuesBySeries.get(`${name}{${pairs.join()}}`) ?? [];
      valuesBySeries.set(`${name}{${pairs.join()}}`, values);
      while (values.length < scrapes) values.push(gone(values));
      values.push(String(sample.value));
    }
    scrapes += 1;
    for (const values of valuesBySeries.values()) while (values.length < scrapes) values.push(gone(values));
  }
  return valuesBySeries;
}

/** What a scrape does not find any more is marked once. */
function gone(values: readonly string[]): string {
  const last = values.at(-1);
  return last === undefined || last === "_" || last === "stale" ? "_" : "stale";
}

function createNode(document: JsonValue): Replay {
  const { profiles, refused } = fromProfileJson(document);
  if (refused.length > 0) throw new Error(`profiles are refused: ${JSON.stringify(refused)}`);
  const config: NodeConfig = { nodeName: "w1", profiles, hardware: [], plugins: [], secrets: [] };
  const planned = plan({ config, facts: defaultHostFacts("w1"), runIds: {} });
  return createReplay({ nodeName: "w1", plan: planned, config });
}
