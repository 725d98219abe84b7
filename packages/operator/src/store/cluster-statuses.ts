import { isDeepStrictEqual } from "node:util";
import { isOlderVersion, ownsStatus, type KubeObject } from "@ptp/cluster";
import { keyText, type StatusKey } from "./object-key.ts";
import type { ObjectStatus } from "./store.ts";

/** The statuses of the cluster's objects as last seen or written. */
export interface ClusterStatuses {
  read(key: StatusKey): ObjectStatus | undefined;
  /** Whether an object has this status, all of it ours: nothing is to be written, also where the watch lags behind. */
  holds(key: StatusKey, status: ObjectStatus | undefined): boolean;
  /** Which object it is, as far as seen or written. */
  regarding(key: StatusKey): KubeObject | undefined;
  /** Keys of objects whose status this operator has a part in. */
  keys(): readonly StatusKey[];
  /** Takes in a version of an object; one older than what is known is ignored. */
  note(key: StatusKey, object: KubeObject): void;
  forget(key: StatusKey): void;
}

interface SeenStatus {
  readonly key: StatusKey;
  readonly version: string;
  readonly regarding: KubeObject;
  readonly status: ObjectStatus | undefined;
  readonly isOurs: boolean;
}

/** Creates an empty table: a write and the watch fill it, whichever comes first. */
export function createClusterStatuses(): ClusterStatuses {
  const seen = new Map<string, SeenStatus>();
  /** The seen status that was found to be equal to a wanted one: both are values that stay the same over many passes. */
  const agreed = new WeakMap<ObjectStatus, ObjectStatus>();
  return {
    read: (key) => seen.get(keyText(key))?.status,
    holds: (key, status) => {
      const known = seen.get(keyText(key));
      if (status === undefined || known?.status === undefined || !known.isOurs) return false;
      const isAgreed = agreed.get(status) === known.status || isDeepStrictEqual(known.status, status);
      if (isAgreed) agreed.set(status, known.status);
      return isAgreed;
    },
    regarding: (key) => seen.get(keyText(key))?.regarding,
    keys: () => [...seen.values()].flatMap(({ key, isOurs }) => (isOurs ? [key] : [])),
    note: (key, object) => {
      const version = object.metadata.resourceVersion ?? "";
      const known = seen.get(keyText(key));
      if (known !== undefined && isOlderVersion(version, known.version)) return;
      const { status } = object as { readonly status?: ObjectStatus };
      const hasStatus = status !== undefined && Object.keys(status).length > 0;
      const isOurs = hasStatus && ownsStatus(object);
      seen.set(keyText(key), {
        key,
        version,
        regarding: namesOf(object),
        status: hasStatus ? status : undefined,
        isOurs,
      });
    },
    forget: (key) => void seen.delete(keyText(key)),
  };
}

function namesOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), ...(uid !== undefined && { uid }) },
  };
}
