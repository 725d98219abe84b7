import type { Latency } from "./play-scenario.ts";

/** When a clock changed, in which play. */
export interface PlayedLatency extends Latency {
  readonly scenario: string;
  readonly release: string;
}

/** Lines of a table: how long after what was done each change came, over all plays and releases. */
export function latencyTable(played: readonly PlayedLatency[]): readonly string[] {
  const groups = Map.groupBy(played, ({ scenario, phase, from, to }) => `${scenario}: ${phase}: ${from} -> ${to}`);
  return [...groups].map(([what, all]) => {
    const sorted = all.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b);
    // Nearest rank: a sample that occurred.
    const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return `${what}: p50 ${rank(0.5)} ms, p99 ${rank(0.99)} ms, n ${sorted.length}`;
  });
}
