import { fieldManager, type KubeObject } from "@ptp/cluster";

const managedBy = "app.kubernetes.io/managed-by";
const instance = "app.kubernetes.io/instance";

/**
 * Whether the operator of this name made an object: it says so in a label, or applied more of it than its status. What
 * only lies in the same namespace, or has a familiar name, is somebody else's.
 */
export function isOurs({ metadata }: KubeObject, operatorName: string): boolean {
  const labels = metadata.labels ?? {};
  if (labels[managedBy] !== undefined) {
    return labels[managedBy] === fieldManager && (labels[instance] ?? operatorName) === operatorName;
  }
  return (metadata.managedFields ?? []).some(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === "Apply" && subresource === undefined,
  );
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
