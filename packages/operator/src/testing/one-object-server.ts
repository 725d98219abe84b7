import type { ApiClient, ApiRequest, KubeObject } from "@ptp/cluster";
import { ApiError } from "@ptp/cluster";

/** An object with fields beside its names. */
export type WholeObject = KubeObject & Readonly<Record<string, unknown>>;

/** One object as the API server keeps it: versions, watches, merging; it refuses what a test asks for. */
export interface OneObjectServer {
  readonly client: Pick<ApiClient, "request" | "stream">;
  object(): WholeObject | undefined;
  /** Somebody else writes or deletes it. */
  put(object: WholeObject | undefined): void;
  /** The next write is refused with this status, after somebody else did something. */
  refuseWrite(status: number, meanwhile?: () => void): void;
  /** `METHOD path` of all requests but lists. */
  readonly requests: string[];
}

interface Refusal {
  readonly status: number;
  readonly meanwhile: (() => void) | undefined;
}

/** Creates the server with an object, or without. */
export function createOneObjectServer(initial?: WholeObject): OneObjectServer {
  return new OneObject(initial);
}

class OneObject implements OneObjectServer {
  readonly requests: string[] = [];
  readonly client = {
    request: async (request: ApiRequest) => this.#answer(request),
    stream: ({ signal }: { readonly signal?: AbortSignal }) => this.#watch(signal),
  };
  #object: WholeObject | undefined;
  #version = 100;
  readonly #history: unknown[] = [];
  #told = Promise.withResolvers<void>();
  #applied: readonly string[] = [];
  #refusal: Refusal | undefined;

  constructor(initial: WholeObject | undefined) {
    if (initial !== undefined) this.put(initial);
  }

  object(): WholeObject | undefined {
    return this.#object;
  }

  put(object: WholeObject | undefined): void {
    const gone = object === undefined ? this.#object : undefined;
    this.#version += 1;
    const resourceVersion = String(this.#version);
    this.#object = object && { ...object, metadata: { ...object.metadata, resourceVersion } };
    const last = gone && { ...gone, metadata: { ...gone.metadata, resourceVersion } };
    const told = this.#told;
    this.#told = Promise.withResolvers();
    this.#history.push(
      last === undefined ? { type: "MODIFIED", object: this.#object } : { type: "DELETED", object: last },
    );
    told.resolve();
  }

  refuseWrite(status: number, meanwhile?: () => void): void {
    this.#refusal = { status, meanwhile };
  }

  async *#watch(signal: AbortSignal | undefined): AsyncGenerator {
    const aborted = new Promise<"over">((resolve) => signal?.addEventListener("abort", () => resolve("over")));
    for (let next = this.#history.length; ;) {
      const told = this.#told.promise;
      while (next < this.#history.length) yield this.#history[next++];
      if ((await Promise.race([told, aborted])) === "over") return;
    }
  }

  #answer(request: ApiRequest): unknown {
    const { method, path, query, fence } = request;
    if (method === "GET" && query?.["limit"] !== undefined) {
      const items = this.#object === undefined ? [] : [this.#object];
      return { metadata: { resourceVersion: String(this.#version) }, items };
    }
    this.requests.push(`${method} ${path}`);
    if (method !== "GET") {
      fence?.();
      this.#refuse();
      this.#write(request);
    }
    if (this.#object === undefined) throw refused(404);
    return this.#object;
  }

  #refuse(): void {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    refusal?.meanwhile?.();
    if (refusal !== undefined) throw refused(refusal.status);
  }

  #write({ method, body, contentType }: ApiRequest): void {
    const wanted = body as Partial<WholeObject>;
    const { resourceVersion } = wanted.metadata ?? {};
    if (resourceVersion !== undefined && resourceVersion !== this.#object?.metadata.resourceVersion) throw refused(409);
    if (method === "PUT") return this.put(wanted as WholeObject);
    const keys = Object.keys((wanted["data"] as object | undefined) ?? {});
    const dropped = contentType?.includes("apply") === true ? this.#applied.filter((key) => !keys.includes(key)) : [];
    if (contentType?.includes("apply") === true) this.#applied = keys;
    const nulls = { data: Object.fromEntries(dropped.map((key) => [key, null])) };
    this.put(merge(merge(this.#object ?? {}, nulls), wanted) as unknown as WholeObject);
  }
}

function refused(status: number): ApiError {
  return new ApiError(status === 409 || status >= 500 ? "transient" : "invalid", `status ${status}`, { status });
}

type Fields = Readonly<Record<string, unknown>>;

/** RFC 7386. */
function merge(into: object, patch: object): Fields {
  const merged: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isFields(value) ? merge(isFields(merged[key]) ? merged[key] : {}, value) : value;
  }
  return merged;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
