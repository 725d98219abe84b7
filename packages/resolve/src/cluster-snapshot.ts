import type { ObjectMeta, SecretDocument } from "@ptp/api";

/**
 * A custom resource as a store holds it. Its spec is not trusted: whatever admission let through, a spec that breaks the
 * schema only costs the part that is broken.
 */
export interface ConfigObject {
  readonly metadata: Pick<ObjectMeta, "name" | "namespace" | "annotations">;
  readonly spec?: unknown;
}

/** A Node as far as selection looks at it. */
export interface NodeObject {
  readonly metadata: Pick<ObjectMeta, "name" | "labels">;
}

/** A Secret with the keys that profiles may reference. */
export type SecretObject = Pick<SecretDocument, "metadata" | "data" | "stringData">;

/**
 * Everything resolution looks at, at one moment. At most one object per kind, namespace and name. Objects are values: a
 * store that changes one puts a new object in its place (a resolver relies on it to see what changed).
 */
export interface ClusterSnapshot {
  readonly nodes: readonly NodeObject[];
  readonly ptpConfigs: readonly ConfigObject[];
  /** First generation of PtpConfig (ptp.openshift.io/v1 NodePTPCfg), resolved together with them. */
  readonly nodePtpCfgs: readonly ConfigObject[];
  readonly hardwareConfigs: readonly ConfigObject[];
  /** The PtpOperatorConfig named `default`; absent: defaults. */
  readonly operatorConfig?: ConfigObject;
  readonly secrets: readonly SecretObject[];
  /** Data of the ConfigMap `leap-configmap`: leap second lists by node name, or for all others; absent: there is none. */
  readonly leapLists?: Readonly<Record<string, string>>;
}
