import { emptyJournal } from "../journal.ts";
import type { NodeStand, PodStand, RolloutView } from "../rollout-view.ts";

/** The template of now. */
export const newest = "new";

/** A pod of the old template that runs well. */
export function oldPod(nodeName: string, change: Partial<PodStand> = {}): PodStand {
  const uid = `${nodeName}-old`;
  return { name: uid, uid, nodeName, template: "old", isReady: true, isLeaving: false, isFailing: false, ...change };
}

/** A pod of the newest template that runs well. */
export function newPod(nodeName: string, change: Partial<PodStand> = {}): PodStand {
  return oldPod(nodeName, { name: `${nodeName}-new`, uid: `${nodeName}-new`, template: newest, ...change });
}

/** A node that has long been synchronized, told by its pod. */
export function nodeStand({ name }: PodStand, change: Partial<NodeStand> = {}): NodeStand {
  return {
    podName: name,
    isConnected: true,
    isSettled: true,
    clocks: "synchronized",
    sinceUnixMs: -1e9,
    agentSinceUnixMs: -1e9,
    givesTime: false,
    ...change,
  };
}

/** A view in which nothing has begun: one node at a time, a minute for each. */
export function viewOf(
  pairs: readonly (readonly [pod: PodStand, node: NodeStand])[],
  change: Partial<RolloutView> = {},
): RolloutView {
  return {
    template: newest,
    pods: pairs.map(([pod]) => pod),
    wantedNodes: new Set(pairs.map(([{ nodeName }]) => nodeName)),
    lostNodes: new Set(),
    nodes: new Map(pairs.map(([{ nodeName }, node]) => [nodeName, node])),
    journal: emptyJournal,
    settings: { maxUnavailable: 1, deadlineMs: 60_000, onDeadline: "stop" },
    mode: "roll",
    nowUnixMs: 0,
    ...change,
  };
}
