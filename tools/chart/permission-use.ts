import type { AuditedRequest } from "../kubernetes/control-plane/control-plane.ts";
import type { Permission } from "./permissions.ts";

/** What a request asks permission for, as the API server's authorizer sees it. */
export interface AskedAccess {
  readonly verb: string;
  readonly apiGroup: string;
  /** With the subresource: `daemonsets`, `ptpconfigs/status`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Reads what a request was for; undefined for what is no resource, such as `/readyz`. */
export function askedAccess({ verb, uri }: Pick<AuditedRequest, "verb" | "uri">): AskedAccess | undefined {
  const { pathname, searchParams } = new URL(uri, "https://server");
  const parts = pathname.split("/").slice(1).map(decodeURIComponent);
  const apiGroup = parts[0] === "api" ? "" : parts[0] === "apis" ? parts[1] : undefined;
  if (apiGroup === undefined) return undefined;
  const rest = parts.slice(apiGroup === "" ? 2 : 3);
  const namespace = rest[0] === "namespaces" && rest.length > 2 ? rest[1] : undefined;
  const [plural, pathName, subresource] = namespace === undefined ? rest : rest.slice(2);
  if (plural === undefined) return undefined;
  // A list or watch of one object by its name is allowed where the name is.
  const selected = /^metadata\.name=([^,]+)$/.exec(searchParams.get("fieldSelector") ?? "")?.[1];
  const name = pathName ?? selected;
  return {
    verb,
    apiGroup,
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}

/** Whether a permission allows an access. */
export function allows(permission: Permission, access: AskedAccess): boolean {
  const { verb, apiGroup, resource, namespace, names } = permission;
  if (verb !== access.verb || apiGroup !== access.apiGroup || resource !== access.resource) return false;
  if (namespace !== undefined && namespace !== access.namespace) return false;
  return names.length === 0 || (access.name !== undefined && names.includes(access.name));
}

/** A permission in words: `openshift-ptp apps/daemonsets patch`, `* /secrets[a,b] get`. */
export function permissionText({ namespace = "*", apiGroup, resource, names, verb }: Permission): string {
  return `${namespace} ${apiGroup}/${resource}${names.length > 0 ? `[${names.join(",")}]` : ""} ${verb}`;
}

/** The permissions that allow none of the accesses, in words. */
export function unusedPermissions(
  permissions: readonly Permission[],
  accesses: readonly AskedAccess[],
): readonly string[] {
  return permissions.filter((each) => !accesses.some((access) => allows(each, access))).map(permissionText);
}
