import type { Sha256Hex } from "@ptp/node";
import type { ClusterSnapshot } from "./cluster-snapshot.ts";
import type { Resolution } from "./resolution.ts";
import { createResolver } from "./resolver.ts";

/**
 * Turns a snapshot of the cluster into one complete configuration per node, with the reasons. A pure function: the order
 * of objects in the snapshot does not matter, equal snapshots give equal bytes.
 *
 * Rules (design section 6): among the recommendations that match a node the lowest priority number wins, over all objects;
 * equal ones all apply; none is the weakest. An empty match selects every node. A name means the object's own profile
 * first, another object's only if exactly one defines it. What is invalid contributes nothing and costs nobody else.
 */
export function resolve(snapshot: ClusterSnapshot, sha256Hex: Sha256Hex): Resolution {
  return createResolver(sha256Hex)(snapshot);
}
