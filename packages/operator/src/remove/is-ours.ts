import { fieldManager, type KubeObject } from "@ptp/cluster";

const managedBy = "app.kubernetes.io/managed-by";
const instance = "app.kubernetes.io/instance";

/** Whether the operator of this name made an object: it says so. What only has a familiar name is somebody else's. */
export function isOurs({ metadata }: KubeObject, operatorName: string): boolean {
  return metadata.labels?.[managedBy] === fieldManager && (metadata.labels[instance] ?? operatorName) === operatorName;
}

/**
 * Whether a report on a node is this operator's, or an empty one that nobody has written to: applying nothing but a name
 * leaves no trace of who did.
 */
export function isOurReport({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).every(
    ({ manager, operation }) => manager === fieldManager && operation === "Apply",
  );
}
