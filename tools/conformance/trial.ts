import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { callProducer, type Answer } from "./call-producer.ts";
import type { CallbackServer, Endpoint, EndpointAnswer, Received } from "./callback-server.ts";
import { eventProblems } from "./event-problems.ts";
import type { Resource } from "./resources.ts";

/** The producer that is tried, and what is allowed with it. */
export interface Producer {
  /** Scheme, host and port. */
  readonly origin: URL;
  readonly nodeName: string;
  /** Accepts what the existing producer does differently. */
  readonly legacy: boolean;
  /** Nobody else uses it: all subscriptions may be deleted. */
  readonly alone: boolean;
  /** Sent with each request, such as a token. */
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the node's PTP clock so; resolves once it was told to. */
  readonly changeState?: (state: "LOCKED" | "FREERUN") => Promise<void>;
}

/** A subscription as the producer told it. */
export interface SubscriptionInfo {
  readonly ResourceAddress: string;
  readonly EndpointUri: string;
  readonly SubscriptionId: string;
  readonly UriLocation: string;
}

/** What a case tries with. Its subscriptions go when it ends. */
export interface Trial {
  readonly producer: Producer;
  /** Calls `path` below the API's base; an object is sent as JSON, text as it is. */
  readonly call: (method: string, path: string, body?: string | object) => Promise<Answer>;
  readonly endpoint: (answer?: EndpointAnswer) => Endpoint;
  /** Full address of a resource of the node. */
  readonly address: (resource: Pick<Resource, "path">) => string;
  /** Asks for a subscription. */
  readonly apply: (address: string, endpointUri: string) => Promise<Answer>;
  /** Subscribes, and waits for the first notification. */
  readonly subscribe: (resource: Pick<Resource, "path">, endpoint: Endpoint) => Promise<SubscriptionInfo>;
  /** Deletes all that was subscribed here. */
  readonly leave: () => Promise<void>;
  /** Subscriptions of an endpoint, as listed. */
  readonly listed: (endpointUri: string) => Promise<readonly SubscriptionInfo[]>;
  /** Changes the state where a case needs it. @throws Skip if that is not possible. */
  readonly change: (state: "LOCKED" | "FREERUN") => Promise<void>;
  /** Fails unless it is an event of this resource to the letter. */
  readonly checkEvent: (event: Received | Answer, resource: Resource) => void;
}

/** Thrown by a case that cannot say anything about this producer. */
export class Skip extends Error {}

/** Where the API is. */
export const basePath = "/api/ocloudNotifications/v2";

/** Runs something with a trial, and takes its subscriptions away. */
export async function withTrial(
  producer: Producer,
  server: CallbackServer,
  use: (trial: Trial) => Promise<void>,
): Promise<void> {
  const made = new Set<string>();
  const { origin, nodeName, legacy, headers, changeState } = producer;
  const call: Trial["call"] = async (method, path, body) => {
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    const answer = await callProducer(origin, {
      method,
      path: `${basePath}${path}`,
      headers,
      ...(text !== undefined && { body: text }),
    });
    if (method === "POST" && path === "/subscriptions" && answer.status === 201) made.add(idOf(answer.body));
    return answer;
  };
  const address: Trial["address"] = ({ path }) => `/cluster/node/${nodeName}${path}`;
  const apply: Trial["apply"] = (ResourceAddress, EndpointUri) =>
    call("POST", "/subscriptions", { ResourceAddress, EndpointUri });
  const leave = async (): Promise<void> => {
    for (const id of made) await call("DELETE", `/subscriptions/${encodeURIComponent(id)}`);
    made.clear();
  };
  const trial: Trial = {
    producer,
    call,
    address,
    apply,
    endpoint: (answer) => server.endpoint(answer),
    subscribe: async (resource, endpoint) => {
      const seen = endpoint.received.length;
      const answer = await apply(address(resource), endpoint.uri);
      assert.equal(answer.status, 201, `subscribe to ${resource.path} answers ${answer.status}, not 201`);
      await endpoint.count(seen + 1);
      return JSON.parse(answer.body);
    },
    leave,
    listed: async (endpointUri) => {
      const { status, body } = await call("GET", "/subscriptions");
      assert.equal(status, 200, `GET /subscriptions answers ${status}, not 200`);
      const list: readonly SubscriptionInfo[] | null = JSON.parse(body);
      return (list ?? []).filter((each) => each.EndpointUri === endpointUri);
    },
    change: async (state) => {
      if (changeState === undefined) throw new Skip("needs --change PROGRAM, which makes the clock LOCKED or FREERUN");
      await changeState(state);
    },
    checkEvent: ({ body, headers: got }, resource) => {
      const problems = eventProblems(body, { nodeName, resource, legacy });
      assert.deepEqual(problems, [], problems.join("; "));
      assert.match(got["content-type"] ?? "", /^application\/json(;|$)/, "Content-Type is not application/json");
    },
  };
  try {
    await use(trial);
  } finally {
    // What went wrong in the case matters more than what goes wrong here.
    await leave().catch(() => undefined);
  }
}

/** Asks again until it holds. @throws after `withinMs` with what was last wrong. */
export async function eventually(look: () => Promise<void>, withinMs = 5_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() >= endMs) throw error;
    }
    await sleep(20);
  }
}

function idOf(body: string): string {
  try {
    const info: Partial<SubscriptionInfo> = JSON.parse(body);
    return String(info.SubscriptionId);
  } catch {
    return "";
  }
}
