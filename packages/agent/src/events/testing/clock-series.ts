import { Registry } from "prom-client";
import { collectSamples } from "../legacy-socket/collect-samples.ts";
import type { SamplesAt } from "../legacy-socket/daemon-samples.ts";
import type { LineHearer } from "../legacy-socket/hear-lines.ts";

/** Values of the clock families in a page of metrics, by name and sorted labels; the prefix and the node are left out. */
export function clockSeries(page: string): Readonly<Record<string, number>> {
  const series = page.split("\n").flatMap((line) => {
    const [, name = "", labels = "", value = ""] = /^openshift_ptp_(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    const named = (labels.match(/\w+="[^"]*"/g) ?? []).filter((each) => !each.startsWith("node=")).toSorted();
    return name === "" ? [] : [[`${name}{${named.join(",")}}`, Number(value)] as const];
  });
  return Object.fromEntries(series);
}

/** The page that a hearer gives. */
export async function pageOf(hearer: LineHearer, at: SamplesAt): Promise<string> {
  const registry = new Registry();
  collectSamples(registry, () => hearer.samples(at));
  return registry.metrics();
}
