import type { ProducerApi, Subscription } from "./producer-api.ts";
import type { PtpEvent } from "./ptp-event.ts";

/** What a subscriber wants, and whom it tells. */
export interface SubscriberOptions {
  readonly api: ProducerApi;
  readonly nodeName: string;
  readonly resources: readonly string[];
  readonly endpoint: string;
  /** Has to pull the state of a resource: what was pushed may have been lost with the producer. */
  readonly onVerify: (pull: () => Promise<readonly PtpEvent[]>) => Promise<void>;
  readonly log: (line: string) => void;
}

/** Keeps subscriptions alive. */
export interface Subscriber {
  /** One look at the producer; whether all is as wanted. */
  check(): Promise<boolean>;
  /** Deletes what it has at the producer. @throws where that cannot be done. */
  leave(): Promise<void>;
}

const outcomes: Readonly<Record<number, string>> = {
  201: "subscribed",
  // Such as from a try whose answer was lost. Nothing of others has to go for it.
  409: "subscribed before",
  400: "not subscribed: the producer cannot reach the endpoint. Is it right, and allowed there?",
  404: "not subscribed: the producer has no such resource on this node",
  503: "not subscribed: the producer is full, or not ready",
};

/** Creates a subscriber; nothing happens until its first check. */
export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { api, resources, endpoint } = options;
  const { say, forget } = createTeller(options.log);
  const addressOf = (resource: string): string => `/cluster/node/${options.nodeName}${resource}`;
  const subscribe = async (resource: string): Promise<boolean> => {
    const status = await api.subscribe(addressOf(resource), endpoint);
    if (status === 201) forget(resource);
    say(resource, `${resource}: ${outcomes[status] ?? `not subscribed: status ${status}`}`);
    return status === 201 || status === 409;
  };
  const verify = (resource: string): Promise<void> => {
    forget(resource);
    return options.onVerify(() => api.currentState(addressOf(resource)));
  };
  const look = async (): Promise<boolean> => {
    if (!(await api.isHealthy())) throw new Error("the producer is not healthy");
    const had = new Set((await subscriptionsOf(endpoint, api)).map(({ ResourceAddress }) => ResourceAddress));
    let isComplete = true;
    for (const resource of resources) {
      if (had.has(addressOf(resource))) await verify(resource);
      // The answer to a new subscription has come with the state.
      else isComplete = (await subscribe(resource)) && isComplete;
    }
    return isComplete;
  };
  return {
    check: async () => {
      const result = await look().catch(reasonOf);
      const text = result === true ? "all subscriptions are there" : "subscriptions are missing";
      say("", typeof result === "string" ? result : text);
      return result === true;
    },
    leave: async () => {
      for (const { SubscriptionId } of await subscriptionsOf(endpoint, api)) await api.unsubscribe(SubscriptionId);
      say("", "unsubscribed");
    },
  };
}

async function subscriptionsOf(endpoint: string, api: ProducerApi): Promise<readonly Subscription[]> {
  return (await api.list()).filter(({ EndpointUri }) => EndpointUri === endpoint);
}

/** Says a line about something once, until there is another to say about it. */
function createTeller(log: (line: string) => void) {
  const last = new Map<string, string>();
  return {
    say: (about: string, line: string): void => {
      if (last.get(about) !== line) log(line);
      last.set(about, line);
    },
    forget: (about: string): void => void last.delete(about),
  };
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `no events now: ${String(error)}`;
  const { message, cause } = error;
  return `no events now: ${message}${cause instanceof Error ? `: ${cause.message}` : ""}`;
}
