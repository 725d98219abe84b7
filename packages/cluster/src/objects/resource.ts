import type { KubeObject } from "./kube-object.ts";

/** A kind of object as the API server serves it. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As in paths and RBAC rules, such as `ptpconfigs`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never set: carries the type of the objects to the compiler. */
  readonly objects?: T;
}

/** Which part of a resource a request is about. */
export interface ResourceTarget {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** `v1` or `group/version`. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

/** `ptpconfigs.ptp.openshift.io`, or `nodes` of the core group: for people. */
export function resourceName({ group, plural }: Resource): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** The URL path of a resource, of the objects of one namespace, of one object, or of its subresource. */
export function resourcePath(resource: Resource, { namespace, name, subresource }: ResourceTarget = {}): string {
  const parts = resource.group === "" ? ["api", resource.version] : ["apis", resource.group, resource.version];
  if (resource.namespaced && namespace !== undefined && namespace !== "") parts.push("namespaces", namespace);
  parts.push(resource.plural);
  if (name !== undefined) parts.push(name);
  if (subresource !== undefined) parts.push(subresource);
  return `/${parts.map(encodeURIComponent).join("/")}`;
}
