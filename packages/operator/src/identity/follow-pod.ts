import type { AgentPods } from "./agent-pods.ts";
import { AgentRefusal } from "./agent-refusal.ts";
import { nodeOfPod, type ProvenPod } from "./review-of-token.ts";

/** A pod that is followed. */
export interface FollowedPod {
  /** Aborts, with an AgentRefusal, when the pod has been gone for a while. */
  readonly ended: AbortSignal;
  stop(): void;
}

/** The process in a pod that was deleted in order is gone before the pod: this is the time to be gone by itself. */
const graceMs = 2000;

/** Follows the pod that a session was proven by: what was proven holds no longer than the pod. */
export function followPod(proven: ProvenPod, pods: Pick<AgentPods, "byUid" | "subscribe">): FollowedPod {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const judge = () => nodeOfPod(proven, pods.byUid(proven.podUid));
  const end = () => {
    timer = undefined;
    const place = judge();
    if (!place.ok) ending.abort(new AgentRefusal(place.status, place.word, `${place.reason}; its session ends`));
  };
  const look = () => {
    clearTimeout(timer);
    timer = judge().ok ? undefined : setTimeout(end, graceMs);
  };
  const unsubscribe = pods.subscribe((uids) => {
    if (uids.includes(proven.podUid)) look();
  });
  // It may have gone since it was proven.
  look();
  return {
    ended: ending.signal,
    stop: () => {
      unsubscribe();
      clearTimeout(timer);
    },
  };
}
