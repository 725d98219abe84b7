import { readFile } from "node:fs/promises";
import { readEvents, type PtpEvent } from "./ptp-event.ts";

/** A subscription as the producer lists it. */
export interface Subscription {
  readonly ResourceAddress: string;
  readonly EndpointUri: string;
  readonly SubscriptionId: string;
}

/** The calls that a consumer needs. Each is given up after 5 s; all but `isHealthy` throw where there is no answer. */
export interface ProducerApi {
  isHealthy(): Promise<boolean>;
  /** Of everybody. */
  list(): Promise<readonly Subscription[]>;
  /** The status of the answer: 201 made, 409 there already, 400 the endpoint does not answer, 404 no such resource. */
  subscribe(address: string, endpoint: string): Promise<number>;
  unsubscribe(id: string): Promise<void>;
  /** Of each resource that the address means and the node has. */
  currentState(address: string): Promise<readonly PtpEvent[]>;
}

const timeoutMs = 5_000;

/** Creates a client of the producer at a URL; with the token in a file for those that ask for one. */
export function createProducerApi(producer: URL, tokenFile?: string): ProducerApi {
  const call = caller(producer, tokenFile);
  return {
    isHealthy: async () => {
      try {
        const response = await call("GET", "/health");
        await response.text();
        return response.ok;
      } catch {
        return false;
      }
    },
    list: async () => {
      const response = await call("GET", "/subscriptions");
      if (!response.ok) throw new Error(`the list of subscriptions is answered with ${response.status}`);
      // The producer that existed before this one says null where there are none.
      const list = (await response.json()) as readonly Subscription[] | null;
      return list ?? [];
    },
    subscribe: async (ResourceAddress, EndpointUri) => {
      const response = await call("POST", "/subscriptions", { ResourceAddress, EndpointUri });
      await response.text();
      return response.status;
    },
    unsubscribe: async (id) => {
      const response = await call("DELETE", `/subscriptions/${encodeURIComponent(id)}`);
      await response.text();
    },
    currentState: async (address) => {
      const response = await call("GET", `${address}/CurrentState`);
      const text = await response.text();
      return response.status === 200 ? readEvents(text) : [];
    },
  };
}

type Call = (method: string, path: string, body?: object) => Promise<Response>;

function caller(producer: URL, tokenFile: string | undefined): Call {
  return async (method, path, body) => {
    // The kubelet renews the file: it is read each time.
    const token = tokenFile === undefined || method === "GET" ? undefined : await readFile(tokenFile, "utf8");
    return fetch(new URL(`/api/ocloudNotifications/v2${path}`, producer), {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...(body && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token.trim()}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  };
}
