import type { AgentPods } from "./agent-pods.ts";

/** Tells which replicas of the operator are gone, by their pods: that costs no request and no permission of its own. */
export interface ReplicaPods {
  /**
   * For how long a replica has been gone, in milliseconds; undefined while it lives, or where replicas are no pods.
   *
   * @param replica as {@link replicaName} makes it.
   */
  goneForMs(replica: string, nowUnixMs: number): number | undefined;
}

/** What is asked. */
export interface ReplicaPodsOptions {
  readonly pods: Pick<AgentPods, "byName" | "synced">;
  /** This replica's. */
  readonly podName: string;
}

/** The name of one life of a replica: a pod may live twice under one name. Names of pods have no underscore. */
export function replicaName(podName: string, random: string): string {
  return `${podName}_${random}`;
}

/** The pod of a replica. */
export function podOfReplica(replica: string): string {
  return replica.slice(0, replica.lastIndexOf("_"));
}

/** Creates the observer; it remembers since when it has missed a replica. */
export function createReplicaPods({ pods, podName }: ReplicaPodsOptions): ReplicaPods {
  const goneSince = new Map<string, number>();
  const isLiving = (name: string): boolean => {
    // Without a pod of its own this process knows nothing of the others' either.
    if (!pods.synced() || pods.byName(podName) === undefined) return true;
    const pod = pods.byName(name);
    // Not ready while its node is lost: such a pod is there for minutes.
    return pod !== undefined && pod.phase !== "Failed" && pod.phase !== "Succeeded" && pod.isUnready !== true;
  };
  return {
    goneForMs: (replica, nowUnixMs) => {
      const name = podOfReplica(replica);
      if (isLiving(name)) {
        goneSince.delete(name);
        return undefined;
      }
      const since = goneSince.get(name) ?? nowUnixMs;
      goneSince.set(name, since);
      return Math.max(0, nowUnixMs - since);
    },
  };
}
