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
