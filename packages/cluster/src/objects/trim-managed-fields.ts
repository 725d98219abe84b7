import type { KubeObject } from "./kube-object.ts";

/** Who owns something in an object, without what: the lists of fields are often larger than the rest. For `transform`. */
export function trimManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields } = object.metadata;
  if (managedFields === undefined) return object;
  const owners = managedFields.map(({ manager, operation, subresource }) => ({
    ...(manager !== undefined && { manager }),
    ...(operation !== undefined && { operation }),
    ...(subresource !== undefined && { subresource }),
  }));
  return { ...object, metadata: { ...object.metadata, managedFields: owners } };
}
