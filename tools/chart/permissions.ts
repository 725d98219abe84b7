import type { Manifest } from "./helm.ts";

/** A rule of a role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** One verb on one resource, where it holds. */
export interface Permission {
  /** The namespace it holds in; absent: everywhere. */
  readonly namespace?: string;
  readonly apiGroup: string;
  readonly resource: string;
  /** The names it is limited to; empty: all. */
  readonly names: readonly string[];
  readonly verb: string;
}

interface Binding {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string }[];
}

/** All that a ServiceAccount may do by the roles and bindings among some manifests. @throws Error for a role that is missing */
export function permissionsOf(account: string, manifests: readonly Manifest[]): readonly Permission[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind !== "RoleBinding" && manifest.kind !== "ClusterRoleBinding") return [];
    const { roleRef, subjects } = manifest as unknown as Binding;
    if (!subjects.some(({ kind, name }) => kind === "ServiceAccount" && name === account)) return [];
    const { namespace } = manifest.metadata;
    return rulesOf(roleRef, namespace, manifests).flatMap((rule) => permissionsIn(rule, namespace));
  });
}

function rulesOf(
  { kind, name }: Binding["roleRef"],
  namespace: string | undefined,
  manifests: readonly Manifest[],
): readonly PolicyRule[] {
  const role = manifests.find(
    (manifest) =>
      manifest.kind === kind &&
      manifest.metadata.name === name &&
      (kind === "ClusterRole" || manifest.metadata.namespace === namespace),
  );
  if (role === undefined)
    throw new Error(`a binding in ${namespace ?? "the cluster"} names ${kind} ${name}: there is none`);
  return role["rules"] as readonly PolicyRule[];
}

function permissionsIn(
  { apiGroups, resources, resourceNames = [], verbs }: PolicyRule,
  namespace?: string,
): Permission[] {
  const where = namespace === undefined ? {} : { namespace };
  return apiGroups.flatMap((apiGroup) =>
    resources.flatMap((resource) =>
      verbs.map((verb) => ({ ...where, apiGroup, resource, names: resourceNames, verb })),
    ),
  );
}
