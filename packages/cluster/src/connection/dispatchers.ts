import type { KubeConfig, RequestContext } from "@kubernetes/client-node";
import { AppError } from "@ptp/kit";
import { isDeepStrictEqual } from "node:util";

/** The connection pool client-node hands out with a request. */
export type Dispatcher = NonNullable<ReturnType<RequestContext["getDispatcher"]>>;

type CreateDispatcher = (cluster: unknown, tls: Readonly<Record<string, unknown>>) => Dispatcher;

/**
 * Makes a kubeconfig hand out one connection pool: client-node makes one for every request, which opens a TLS
 * connection each. When certificates were renewed on disk a new pool takes over; the old one ends with its last request.
 *
 * @returns how to close the pool; requests that still run are cut.
 */
export function shareDispatcher(config: KubeConfig): () => Promise<void> {
  const create: unknown = Reflect.get(config, "createDispatcher");
  if (typeof create !== "function") {
    throw new AppError("bug", "this version of @kubernetes/client-node makes its connection pools another way");
  }
  let current: { readonly key: unknown; readonly dispatcher: Dispatcher } | undefined;
  const shared: CreateDispatcher = (cluster, tls) => {
    const { ca, cert, key, servername, rejectUnauthorized } = tls;
    const identity = { cluster, ca, cert, key, servername, rejectUnauthorized };
    if (current !== undefined && isDeepStrictEqual(current.key, identity)) return current.dispatcher;
    // Without any setting of TLS client-node would make no pool at all; true is Node's own default.
    const settings = { ...tls, rejectUnauthorized: tls["rejectUnauthorized"] ?? true };
    const dispatcher = Reflect.apply(create, config, [cluster, settings]) as Dispatcher;
    void current?.dispatcher.close();
    current = { key: identity, dispatcher };
    return dispatcher;
  };
  Reflect.set(config, "createDispatcher", shared);
  return async () => {
    await current?.dispatcher.destroy();
  };
}
