import type { EventRecorder } from "@ptp/cluster";
import type { ClusterStore } from "../store/cluster-store.ts";
import type { StatusKey } from "../store/object-key.ts";
import type { ObjectStatus } from "../store/store.ts";
import { transitionsOf } from "./status-happenings.ts";

/** Where transitions go, and who knows which object a key stands for. */
export interface TransitionTellerOptions {
  readonly store: Pick<ClusterStore, "regarding">;
  readonly recorder: Pick<EventRecorder, "record">;
}

/**
 * Creates what makes Kubernetes events of written statuses: told by the one that wrote, after it has, so that of several
 * replicas one tells, and none tells again after a restart.
 */
export function createTransitionTeller({ store, recorder }: TransitionTellerOptions) {
  return (key: StatusKey, before: ObjectStatus | undefined, now: ObjectStatus): void => {
    const regarding = store.regarding(key);
    if (regarding === undefined) return;
    for (const transition of transitionsOf(before, now)) recorder.record({ ...transition, regarding });
  };
}
