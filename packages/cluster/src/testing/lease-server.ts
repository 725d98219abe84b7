import type { ApiClient, ApiRequest } from "../connection/api-client.ts";
import { fromStatus } from "../connection/api-error.ts";
import type { Lease } from "../election/lease.ts";

/** One lease as the API server keeps it: a write over another version than the newest is refused. */
export interface LeaseServer {
  /** A client of it; each can be cut off. Its watch never tells anything, so that reads and conflicts have to do. */
  client(): Pick<ApiClient, "request" | "stream"> & { cut: boolean };
  lease(): Lease | undefined;
  /** Requests so far. */
  requests(): readonly string[];
}

/** Creates a server without a lease. */
export function createLeaseServer(): LeaseServer {
  let lease: Lease | undefined;
  let version = 0;
  const requests: string[] = [];
  const refuse = ({ method, path }: ApiRequest, status: number) => fromStatus(status, {}, { method, path });
  const answer = (request: ApiRequest): unknown => {
    if (request.query !== undefined)
      return { metadata: { resourceVersion: String(version) }, items: lease ? [lease] : [] };
    if (request.method === "GET") {
      if (lease === undefined) throw refuse(request, 404);
      return lease;
    }
    const body = request.body as Lease;
    const over = request.method === "POST" ? undefined : body.metadata.resourceVersion;
    if (over !== lease?.metadata.resourceVersion) throw refuse(request, 409);
    version += 1;
    lease = { ...body, metadata: { ...body.metadata, resourceVersion: String(version) } };
    return lease;
  };
  return {
    client: () => {
      const client = {
        cut: false,
        request: async (request: ApiRequest) => {
          requests.push(`${request.method} ${request.path}`);
          if (client.cut) throw refuse(request, 503);
          return answer(request);
        },
        stream: ({ signal }: { readonly signal?: AbortSignal }) => silence(signal),
      };
      return client;
    },
    lease: () => lease,
    requests: () => requests,
  };
}

// A watch that is open and tells nothing.
// oxlint-disable-next-line require-yield
async function* silence(signal: AbortSignal | undefined): AsyncGenerator<never, void, undefined> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}
