import type { ApiClient } from "../connection/api-client.ts";
import { ApiError, hasStatus } from "../connection/api-error.ts";
import type { KubeObject } from "../objects/kube-object.ts";
import { apiVersionOf, resourcePath, type Resource } from "../objects/resource.ts";

/** Which objects of a resource. */
export interface Selection<T extends KubeObject> {
  readonly resource: Resource<T>;
  /** All namespaces without one. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** All objects at one version. */
export interface Listing<T> {
  readonly objects: readonly T[];
  readonly resourceVersion: string;
}

/** How to list. */
export interface ListOptions<T> {
  /** Objects a page. */
  readonly pageSize: number;
  readonly signal?: AbortSignal;
  /** Applied to each object as its page comes, so that what is not kept is never held for all of them; undefined drops it. */
  readonly keep?: (object: T) => T | undefined;
}

/**
 * Lists all objects in pages. When the server forgets the version the pages are of before the last one was read, all are
 * listed again at once, as Kubernetes' own clients do.
 *
 * @throws ApiError
 */
export async function listPages<T extends KubeObject>(
  client: Pick<ApiClient, "request">,
  selection: Selection<T>,
  options: ListOptions<T>,
): Promise<Listing<T>> {
  const { signal, keep = (object) => object } = options;
  const objects: T[] = [];
  let pageToken = "";
  let limit = options.pageSize;
  for (;;) {
    const query = { ...selectorQuery(selection), limit, ...(pageToken !== "" && { continue: pageToken }) };
    const path = resourcePath(selection.resource, selection);
    try {
      const answer = await client.request({ method: "GET", path, query, ...(signal && { signal }) });
      const page = readPage(answer, selection.resource);
      for (const item of page.items) {
        const object = keep(item);
        if (object !== undefined) objects.push(object);
      }
      pageToken = page.pageToken;
      if (pageToken === "") return { objects, resourceVersion: page.resourceVersion };
    } catch (error) {
      if (!hasStatus(error, 410) || pageToken === "") throw error;
      objects.length = 0;
      pageToken = "";
      limit = 0;
    }
  }
}

/** The selectors of a selection as a query; those not given are left out. */
export function selectorQuery({ labelSelector, fieldSelector }: Selection<KubeObject>): Record<string, string> {
  return {
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
}

interface ListAnswer<T> {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[] | null;
}

function readPage<T extends KubeObject>(answer: unknown, resource: Resource<T>) {
  const { metadata, items } = (typeof answer === "object" && answer !== null ? answer : {}) as ListAnswer<T>;
  if (metadata?.resourceVersion === undefined) {
    throw new ApiError("transient", `the answer is no list of ${resource.plural}`, { status: 200 });
  }
  // Items of built-in kinds come without these two; from a watch they have them.
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  return {
    items: (items ?? []).map((item) => ({ ...item, ...type })),
    pageToken: metadata.continue ?? "",
    resourceVersion: metadata.resourceVersion,
  };
}
