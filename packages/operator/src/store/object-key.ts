import { defaultNamespace, type ClusterDocument, type CustomResource } from "@ptp/api";

/** Name of the one PtpOperatorConfig that counts. */
export const operatorConfigName = "default";

/** Kinds whose objects carry a status. */
export type StatusKind = CustomResource["kind"];

/** Which object: cluster-scoped kinds have the empty namespace. */
export interface ObjectKey {
  readonly kind: ClusterDocument["kind"];
  readonly namespace: string;
  readonly name: string;
}

/** Which object with a status. */
export interface StatusKey extends ObjectKey {
  readonly kind: StatusKind;
}

/** `Kind/namespace/name`, or `Kind/name` of cluster-scoped kinds: for maps, logs and people. */
export function keyText({ kind, namespace, name }: ObjectKey): string {
  return namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** The key of a document. */
export function keyOf({ kind, metadata }: ClusterDocument): ObjectKey {
  if (kind === "Node") return { kind, namespace: "", name: metadata.name };
  return { kind, namespace: metadata.namespace ?? defaultNamespace, name: metadata.name };
}
