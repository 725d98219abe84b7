import type { ObjectMeta } from "../object-meta.ts";

/** A Kubernetes Node as far as this project reads it: its name, labels and annotations. */
export interface NodeDocument {
  readonly apiVersion: "v1";
  readonly kind: "Node";
  readonly metadata: ObjectMeta;
}
