/** A request in the words of RBAC. */
export interface RequestWords {
  readonly verb: string;
  /** With its subresource: `ptpconfigs/status`. */
  readonly resource: string;
  readonly group: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** What decides the verb of a request. */
export interface RequestLine {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** Whether the query asks for a watch. */
  readonly watch?: boolean;
}

/** Tells verb and resource of a request as the API server's authoriser does; undefined for paths that are no resource. */
export function describeRequest({ method, path, watch = false }: RequestLine): RequestWords | undefined {
  const parts = path.split("/").filter((part) => part !== "");
  const isCore = parts[0] === "api";
  if (!isCore && parts[0] !== "apis") return undefined;
  const group = isCore ? "" : parts[1];
  let rest = parts.slice(isCore ? 2 : 3).map(decodeURIComponent);
  const namespace = rest[0] === "namespaces" && rest.length > 2 ? rest[1] : undefined;
  if (namespace !== undefined) rest = rest.slice(2);
  const [plural, name, subresource] = rest;
  if (group === undefined || plural === undefined) return undefined;
  return {
    verb: verbOf(method, name !== undefined, watch),
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    group,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}

/** `list ptpconfigs.ptp.openshift.io in namespace x`: for people. */
export function requestText({ verb, resource, group, namespace, name }: RequestWords): string {
  const [plural = "", subresource] = resource.split("/");
  const qualified = `${plural}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
  const object = name === undefined ? "" : ` ${JSON.stringify(name)}`;
  return `${verb} ${qualified}${object}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

function verbOf(method: string, isNamed: boolean, watch: boolean): string {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return isNamed ? "delete" : "deletecollection";
    default:
      return watch ? "watch" : isNamed ? "get" : "list";
  }
}
