import type { KubeConfig } from "@kubernetes/client-node";
import { AppError } from "@ptp/kit";
import { isDeepStrictEqual } from "node:util";
import { Agent, ProxyAgent, type Dispatcher } from "undici";

export type { Dispatcher } from "undici";

/** The connections to one API server. */
export interface Dispatchers {
  /** Where requests go that have an end: a bounded number of connections, kept for a while after their last use. */
  readonly requests: Dispatcher;
  /** Where watches go: each holds a connection for as long as it runs, so none of them may wait for another. */
  readonly streams: Dispatcher;
}

/** The connections that belong to a kubeconfig, whatever becomes of its certificates. */
export interface SharedDispatchers {
  /** The connections behind the dispatcher that the kubeconfig handed out with a request. */
  of(dispatcher: unknown): Dispatchers;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** How client-node describes the connections that a kubeconfig asks for. */
type Described =
  | { readonly type: "agent"; readonly connect: NonNullable<Agent.Options["connect"]> }
  | ({ readonly type: "proxy" } & Pick<ProxyAgent.Options, "requestTls" | "connect"> & { readonly uri: string })
  | { readonly type: "socks" | "none" };

/**
 * A connection lives for so long without a request. The API server ends one after 90 s; undici's own 4 s are less than the
 * pause between two writes of a status, so that each pass would begin with a TLS handshake for each request at a time.
 */
const keptMs = 60_000;
/** More than all that ask at a time do (status, tokens, lists, Lease), so that none waits in a queue without priorities. */
const mostConnections = 64;

/**
 * Makes a kubeconfig hand out connections of our own: client-node makes a pool for every request, which opens a TLS
 * connection each. When certificates were renewed on disk new pools take over; the old ones end with their last request.
 */
export function shareDispatchers(config: KubeConfig): SharedDispatchers {
  const make = makerOf(config);
  let current: { readonly key: unknown; readonly made: Dispatchers } | undefined;
  const known = new WeakMap<object, Dispatchers>();
  const shared = (cluster: unknown, tls: Readonly<Record<string, unknown>>): Dispatcher => {
    const { ca, cert, key, servername, rejectUnauthorized } = tls;
    const identity = { cluster, ca, cert, key, servername, rejectUnauthorized };
    if (current !== undefined && isDeepStrictEqual(current.key, identity)) return current.made.requests;
    // Without any setting of TLS client-node would make no pool at all; true is Node's own default.
    const settings = { ...tls, rejectUnauthorized: rejectUnauthorized ?? true };
    const requests = make(cluster, settings, { keepAliveTimeout: keptMs, connections: mostConnections });
    const streams = make(cluster, settings, {});
    for (const dispatcher of dispatchersOf(current?.made)) void dispatcher.close();
    const made = { requests, streams };
    known.set(requests, made);
    current = { key: identity, made };
    return requests;
  };
  Reflect.set(config, "createDispatcher", shared);
  return {
    of: (dispatcher) => {
      const made = typeof dispatcher === "object" && dispatcher !== null ? known.get(dispatcher) : undefined;
      if (made === undefined) throw new AppError("bug", "the kubeconfig gave no connection pool of ours");
      return made;
    },
    close: async () => {
      await Promise.all(dispatchersOf(current?.made).map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function dispatchersOf(made: Dispatchers | undefined): readonly Dispatcher[] {
  return made === undefined ? [] : [made.requests, made.streams];
}

type Maker = (cluster: unknown, settings: unknown, limits: Agent.Options) => Dispatcher;

/** Makes dispatchers of what client-node takes from a kubeconfig. */
function makerOf(config: KubeConfig): Maker {
  const describe = methodOf(config, "createDispatcherOptions");
  const create = methodOf(config, "createDispatcher");
  return (cluster, settings, limits) => {
    const described = describe(cluster, settings) as Described;
    switch (described.type) {
      case "agent":
        return new Agent({ ...limits, connect: described.connect });
      case "proxy": {
        const { type: _, ...proxy } = described;
        return new ProxyAgent({ ...limits, ...proxy });
      }
      case "socks":
      case "none":
        // client-node alone speaks SOCKS; it keeps connections for undici's own time.
        return create(cluster, settings) as Dispatcher;
    }
  };
}

/** A method of the kubeconfig that its types do not tell of. */
function methodOf(config: KubeConfig, name: string): (...words: readonly unknown[]) => unknown {
  const method: unknown = Reflect.get(config, name);
  if (typeof method !== "function") {
    throw new AppError("bug", "this version of @kubernetes/client-node makes its connection pools another way");
  }
  return (...words) => Reflect.apply(method, config, words);
}
