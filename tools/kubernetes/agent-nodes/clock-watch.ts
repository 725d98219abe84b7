import { setTimeout as sleep } from "node:timers/promises";
import { parseMetricsText } from "../../demo/world/metrics-text.ts";
import type { Host } from "../../lab/lab.ts";

/** How the nodes' clocks went. */
export interface ClockWatch {
  /** Since when a node's clock has not been LOCKED, by the monotonic clock; undefined while it is. */
  outSinceMs(nodeName: string): number | undefined;
  /** Times without LOCKED that have ended, with the node. */
  readonly gaps: readonly { readonly nodeName: string; readonly ms: number }[];
  /** The most nodes that were not LOCKED at once. */
  mostOut(): number;
  stop(): Promise<void>;
}

/** Watches the clocks of agents' ptp4l, each asked four times a second of the agent of its host. */
export function watchClocks(hosts: ReadonlyMap<string, Host>): ClockWatch {
  const stopping = new AbortController();
  const gaps: { nodeName: string; ms: number }[] = [];
  const outSinceMs = new Map<string, number>();
  let mostOut = 0;
  const watchOne = async ([nodeName, host]: readonly [string, Host]): Promise<void> => {
    while (!stopping.signal.aborted) {
      const isLocked = await locked(host);
      const sinceMs = outSinceMs.get(nodeName);
      if (!isLocked) outSinceMs.set(nodeName, sinceMs ?? performance.now());
      else if (sinceMs !== undefined) {
        gaps.push({ nodeName, ms: performance.now() - sinceMs });
        outSinceMs.delete(nodeName);
      }
      mostOut = Math.max(mostOut, outSinceMs.size);
      await sleep(250, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const watching = Promise.all([...hosts].map(watchOne));
  return {
    outSinceMs: (nodeName) => outSinceMs.get(nodeName),
    gaps,
    mostOut: () => mostOut,
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

/** Asked of the agent itself: what it does not answer is no time. */
async function locked(host: Host): Promise<boolean> {
  const answer = await host.httpGet(9091, "/metrics").catch(() => undefined);
  return parseMetricsText(answer?.body ?? "").some(
    ({ name, labels, value }) =>
      name === "openshift_ptp_clock_state" &&
      labels["process"] === "ptp4l" &&
      labels["iface"]?.startsWith("o") &&
      value === 1,
  );
}
