import type { Latency } from "./play-scenario.ts";

/** One line per phase: how long after what was done each change came. */
export function latencyText(latencies: readonly Latency[]): readonly string[] {
  const byPhase = Map.groupBy(latencies, ({ phase }) => phase);
  return [...byPhase].map(([phase, all]) => {
    const changes = all.map(({ from, to, afterMs }) => `${from} -> ${to} after ${afterMs} ms`);
    return `${phase}: ${changes.join(", ")}`;
  });
}
