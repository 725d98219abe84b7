import type { ObjectMeta } from "@ptp/api";

/** Who owns which fields of an object, as server-side apply keeps it. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
}

/** Another object that this one is removed with. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Object metadata as far as this package and its callers read it. */
export interface KubeMeta extends ObjectMeta {
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFields[];
}

/** Any Kubernetes object. A value: whoever holds one never changes it, a new version is a new value. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMeta;
}

/** `namespace/name`, or `name` of a cluster-scoped object: what queues and caches hold. */
export function objectKey({ metadata }: { readonly metadata: Pick<KubeMeta, "name" | "namespace"> }): string {
  return keyFor(metadata.name, metadata.namespace);
}

/** The key of an object known by its names. */
export function keyFor(name: string, namespace?: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}
