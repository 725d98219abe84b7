import type { NodeStand, PodStand, StartedUpdate } from "./rollout-view.ts";

/** An update under way with what it waits for. */
export interface UpdateUnderWay {
  readonly nodeName: string;
  readonly update: StartedUpdate;
  /** In words. */
  readonly waitsFor: string;
  /** For longer than the deadline. */
  readonly isOverdue: boolean;
}

/** What an update that has begun waits for, in words; undefined: the node is as it was before. */
export function waitsFor(
  { replaces, wasSettled, clocksBefore }: StartedUpdate,
  pod: PodStand | undefined,
  node: NodeStand | undefined,
): string | undefined {
  if (pod === undefined) return "its new pod";
  if (pod.uid === replaces || pod.isLeaving) return "its old pod to end";
  if (!pod.isReady) return pod.isFailing ? "its pod, which does not stay up" : "its pod to be ready";
  const wasSynchronized = clocksBefore === "synchronized";
  if (!wasSettled && !wasSynchronized) return undefined;
  // What the agent before told may stand for a while after the new one is ready.
  if (node === undefined || !node.isConnected || node.podName !== pod.name) return "its agent to report";
  if (wasSettled && !node.isSettled) return "its profiles to be applied";
  // A node that has no profile any more has nothing to wait for.
  if (wasSynchronized && node.clocks !== "synchronized" && node.clocks !== "none")
    return "its clocks to be synchronized";
  return undefined;
}

/**
 * A status is written every 5 s at most, and clocks that have just been synchronized may lose it again: for two of these
 * pauses nobody else is begun with.
 */
export const steadyMs = 10_000;

/** When a node that is back will have been synchronized for long enough by its new agent, 0 where nobody waits for that. */
export function steadyAtUnixMs({ clocksBefore }: StartedUpdate, node: NodeStand | undefined): number {
  if (clocksBefore !== "synchronized" || node?.clocks !== "synchronized") return 0;
  // A loss so short that no status told it leaves the condition as it was before the update.
  return Math.max(node.sinceUnixMs, node.agentSinceUnixMs) + steadyMs;
}

/** Whether a leader ended between its note and the deletion of the pod. */
export function isOnlyNoted({ replaces }: StartedUpdate, pod: PodStand | undefined): boolean {
  return pod !== undefined && pod.uid === replaces && !pod.isLeaving;
}
