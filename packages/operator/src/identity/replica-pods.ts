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

/** Whoever is still waited for is asked about with every pass; of one that no status names any more nobody asks. */
const rememberedMs = 600_000;

/** When a replica was first missed, and when it was last asked about, by the clock that asks. */
interface Missing {
  readonly sinceUnixMs: number;
  readonly askedUnixMs: number;
}

/** Creates the observer; it remembers since when it has missed a replica, for as long as somebody asks. */
export function createReplicaPods({ pods, podName }: ReplicaPodsOptions): ReplicaPods {
  const missing = new Map<string, Missing>();
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
        missing.delete(name);
        return undefined;
      }
      const known = missing.get(name);
      if (known === undefined) forgetUnasked(missing, nowUnixMs);
      const sinceUnixMs = known?.sinceUnixMs ?? nowUnixMs;
      missing.set(name, { sinceUnixMs, askedUnixMs: nowUnixMs });
      return Math.max(0, nowUnixMs - sinceUnixMs);
    },
  };
}

/** Every update of the operator leaves pods behind that never come back. */
function forgetUnasked(missing: Map<string, Missing>, nowUnixMs: number): void {
  for (const [name, { askedUnixMs }] of missing) {
    if (nowUnixMs - askedUnixMs > rememberedMs) missing.delete(name);
  }
}
