import type { ObjectMeta } from "../object-meta.ts";

/** A ConfigMap as far as this project reads it. */
export interface ConfigMapDocument {
  readonly apiVersion: "v1";
  readonly kind: "ConfigMap";
  readonly metadata: ObjectMeta;
  readonly data?: Readonly<Record<string, string>>;
}

/** The one ConfigMap that is read: leap second lists, by node. */
export const leapConfigMapName = "leap-configmap";

/** Key in it of the list for nodes that have none of their own. */
export const sharedLeapListKey = "leap-seconds.list";
