import { setTimeout as sleep } from "node:timers/promises";
import { parseMetricsText } from "../../demo/world/metrics-text.ts";
import type { Host } from "../../lab/lab.ts";

/** How the nodes' clocks went. */
export interface ClockWatch {
  /** Since when a node's clock has not been LOCKED, by the monotonic clock; undefined while it is. */
  outSinceMs(nodeName: string): number | undefined;
  /** Times without LOCKED that have ended, with the node. */
  readonly gaps: readonly ClockGap[];
  /** The most nodes that were not LOCKED at once, each for a second or more: a machine that stands still puts all out for less. */
  mostOut(): number;
  stop(): Promise<void>;
}

/** A time without LOCKED. */
export interface ClockGap {
  readonly nodeName: string;
  /** By the monotonic clock. */
  readonly sinceMs: number;
  readonly ms: number;
}

/** An agent that is replaced is out for two seconds and more. */
const leastMs = 1_000;

/** Watches the clocks of agents' ptp4l, each asked four times a second of the agent of its host. */
export function watchClocks(hosts: ReadonlyMap<string, Host>): ClockWatch {
  const stopping = new AbortController();
  const gaps: ClockGap[] = [];
  const outSinceMs = new Map<string, number>();
  const watchOne = async ([nodeName, host]: readonly [string, Host]): Promise<void> => {
    while (!stopping.signal.aborted) {
      const isLocked = await locked(host);
      const sinceMs = outSinceMs.get(nodeName);
      if (!isLocked) outSinceMs.set(nodeName, sinceMs ?? performance.now());
      else if (sinceMs !== undefined) {
        gaps.push({ nodeName, sinceMs, ms: performance.now() - sinceMs });
        outSinceMs.delete(nodeName);
      }
      await sleep(250, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const watching = Promise.all([...hosts].map(watchOne));
  return {
    outSinceMs: (nodeName) => outSinceMs.get(nodeName),
    gaps,
    mostOut: () => {
      const now = performance.now();
      const going = [...outSinceMs].map(([nodeName, sinceMs]) => ({ nodeName, sinceMs, ms: now - sinceMs }));
      return mostAtOnce([...gaps, ...going].filter(({ ms }) => ms >= leastMs));
    },
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

/** The most are out when one more has just gone out. */
function mostAtOnce(gaps: readonly ClockGap[]): number {
  const outAt = (atMs: number) => gaps.filter(({ sinceMs, ms }) => sinceMs <= atMs && atMs <= sinceMs + ms).length;
  return Math.max(0, ...gaps.map(({ sinceMs }) => outAt(sinceMs)));
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
