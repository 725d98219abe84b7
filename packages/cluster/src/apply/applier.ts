import { isDeepStrictEqual } from "node:util";
import type { ApiClient } from "../connection/api-client.ts";
import { ApiError, hasStatus } from "../connection/api-error.ts";
import { objectKey, type KubeObject } from "../objects/kube-object.ts";
import { apiVersionOf, resourceName, resourcePath, type Resource } from "../objects/resource.ts";
import { agreeWhere } from "./agree-where.ts";
import { fromApply } from "./field-conflict.ts";

/** The name under which all fields of this operator are owned. */
export const fieldManager = "ptp-operator";

/** What an applier needs. */
export interface ApplierOptions {
  readonly client: Pick<ApiClient, "request">;
  /** Asked last before each write; throws where this process must not write. */
  readonly fence?: () => void;
  /** Objects whose last apply is remembered; default 20 000. */
  readonly remember?: number;
}

/** How an object is applied. */
export interface ApplyOptions<T> {
  /** The object as the cache has it: if it is what is wanted already, nothing is sent. */
  readonly current?: T | undefined;
  /** Takes fields over from whoever owns them. Default false: that is a conflict. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/** An object's names with the whole status it shall have; undefined removes all that this operator set in it. */
export interface StatusPatch {
  readonly namespace?: string;
  readonly name: string;
  readonly status: Readonly<Record<string, unknown>> | undefined;
}

/** Server-side apply with one field manager: what is applied is owned, what is not applied any more is removed. */
export interface Applier {
  /**
   * Makes an object be what is given, and creates it if need be.
   *
   * @returns the object as it is then; `current` if nothing had to be sent.
   * @throws ApiError invalid on a conflict of fields, with the owners; others as of any request.
   */
  apply<T extends KubeObject>(resource: Resource<T>, wanted: T, options?: ApplyOptions<T>): Promise<T>;
  /**
   * Makes the status of an existing object be what is given. An object that is gone is no error: undefined comes back.
   * The status belongs to this operator, so fields others set are taken over.
   */
  applyStatus<T extends KubeObject>(
    resource: Resource<T>,
    patch: StatusPatch,
    options?: ApplyOptions<T>,
  ): Promise<T | undefined>;
  /**
   * Deletes an object if it is there; one made anew under the same name stays.
   *
   * @returns whether something was deleted.
   */
  remove<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: { readonly signal?: AbortSignal },
  ): Promise<boolean>;
}

interface Applied {
  readonly wanted: unknown;
  readonly answer: KubeObject;
}

/** Creates an applier. */
export function createApplier(options: ApplierOptions): Applier {
  return new ServerSideApplier(options);
}

class ServerSideApplier implements Applier {
  readonly #client: Pick<ApiClient, "request">;
  readonly #fence: (() => void) | undefined;
  readonly #remember: number;
  readonly #applied = new Map<string, Applied>();

  constructor({ client, fence, remember = 20_000 }: ApplierOptions) {
    this.#client = client;
    this.#fence = fence;
    this.#remember = remember;
  }

  async apply<T extends KubeObject>(resource: Resource<T>, wanted: T, options: ApplyOptions<T> = {}): Promise<T> {
    const { current, force = false } = options;
    const id = `${resourceName(resource)}/${objectKey(wanted)}`;
    const last = this.#applied.get(id);
    // Compared with what the server made of the same wish: it writes defaults and its own spelling of quantities.
    const isSame = last !== undefined && isDeepStrictEqual(last.wanted, wanted);
    if (current !== undefined && isSame && agreeWhere(wanted, last.answer, current)) return current;
    const path = resourcePath(resource, wanted.metadata);
    const answer = (await this.#patch(path, wanted, { ...options, force }, id)) as T;
    this.#note(id, { wanted, answer });
    return answer;
  }

  async applyStatus<T extends KubeObject>(
    resource: Resource<T>,
    { namespace, name, status }: StatusPatch,
    options: ApplyOptions<T> = {},
  ): Promise<T | undefined> {
    const { current } = options;
    if (current !== undefined && isDeepStrictEqual(statusOf(current), status) && ownsStatus(current)) return current;
    const path = resourcePath(resource, { ...(namespace !== undefined && { namespace }), name, subresource: "status" });
    const metadata = { name, ...(namespace !== undefined && { namespace }) };
    const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    const body = { ...type, metadata, ...(status !== undefined && { status }) };
    try {
      return (await this.#patch(path, body, { ...options, force: true }, objectKey({ metadata }))) as T;
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async remove<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<boolean> {
    const { uid } = object.metadata;
    const preconditions = uid === undefined ? {} : { preconditions: { uid } };
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", ...preconditions };
    const path = resourcePath(resource, object.metadata);
    this.#applied.delete(`${resourceName(resource)}/${objectKey(object)}`);
    try {
      await this.#client.request({ method: "DELETE", path, body, ...this.#guards(signal) });
      return true;
    } catch (error) {
      // 409: another object under this name by now.
      if (hasStatus(error, 404) || hasStatus(error, 409)) return false;
      throw error;
    }
  }

  async #patch(path: string, body: unknown, options: { force: boolean; signal?: AbortSignal }, object: string) {
    const { force, signal } = options;
    const contentType = "application/apply-patch+yaml";
    const query = { fieldManager, force };
    try {
      return await this.#client.request({ method: "PATCH", path, query, body, contentType, ...this.#guards(signal) });
    } catch (error) {
      throw error instanceof ApiError ? fromApply(error, object) : error;
    }
  }

  #guards(signal: AbortSignal | undefined) {
    return { ...(signal && { signal }), ...(this.#fence && { fence: this.#fence }) };
  }

  /** The oldest are forgotten first: they are applied once more than needed. */
  #note(id: string, applied: Applied): void {
    this.#applied.delete(id);
    this.#applied.set(id, applied);
    if (this.#applied.size <= this.#remember) return;
    for (const oldest of this.#applied.keys()) {
      this.#applied.delete(oldest);
      return;
    }
  }
}

function statusOf(object: KubeObject): unknown {
  return (object as { readonly status?: unknown }).status;
}

/** Whether this operator owns fields of a status: fields others wrote stay when it leaves them out. */
export function ownsStatus({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).some(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === "Apply" && subresource === "status",
  );
}
