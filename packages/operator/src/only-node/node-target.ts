import { keyText, type ObjectKey, type StatusKey } from "../store/object-key.ts";
import { createPace } from "../status/pace.ts";
import type { StatusTarget } from "../status/status-target.ts";
import type { ClusterStore } from "../store/cluster-store.ts";

/** The one status that the operator of one node writes. */
export interface NodeTargetOptions {
  readonly nodeName: string;
  readonly namespace: string;
  readonly store: Pick<ClusterStore, "has" | "create" | "statusOf" | "writeStatus">;
}

/** An object is written at most once in this time. */
const intervalMs = 5_000;

/** Creates the share of the operator of one node: the status of the node's NodePtpDevice, which it makes if need be. */
export function createNodeTarget({ nodeName, namespace, store }: NodeTargetOptions): StatusTarget {
  const own: StatusKey = { kind: "NodePtpDevice", namespace, name: nodeName };
  const pace = createPace(intervalMs);
  const isOwn = (key: ObjectKey): boolean => keyText(key) === keyText(own);
  return {
    statusOf: (key) => store.statusOf(key),
    statusKeys: () => (store.statusOf(own) === undefined ? [] : [own]),
    writeStatus: async (key, status) => {
      if (!store.has(key)) await store.create(key);
      await store.writeStatus(key, status);
      pace.note(keyText(key), performance.now());
    },
    wants: isOwn,
    // Without a status it would be for removal, which goes with the node.
    dueMs: (key, status) =>
      isOwn(key) && status !== undefined ? pace.waitMs(keyText(key), performance.now()) : Infinity,
  };
}
