/** Namespace of objects that name none. */
export const defaultNamespace = "openshift-ptp";
