import type { EventResource } from "@ptp/truth";
import { resourcesOf } from "./resource-address.ts";
import type { Subscription, SubscriptionRequest } from "./subscription.ts";

/** Who gets the events of a resource. */
export interface Recipient {
  readonly endpointUri: string;
  readonly withDetails: boolean;
}

/** All subscriptions, by what they are looked up with. */
export interface SubscriptionBook {
  add(subscription: Subscription): void;
  remove(id: string): void;
  find(id: string): Subscription | undefined;
  /** In the order in which they were made. */
  list(): readonly Subscription[];
  ofEndpoint(endpointUri: string): readonly Subscription[];
  /** Whether there is one with exactly these texts. */
  has(request: SubscriptionRequest): boolean;
  /** Each endpoint once, whatever its subscriptions overlap. */
  recipients(resource: EventResource): readonly Recipient[];
  /** The resources that an endpoint gets. */
  resources(endpointUri: string): ReadonlySet<EventResource>;
  size(): number;
}

interface Entry {
  readonly subscription: Subscription;
  readonly resources: readonly EventResource[];
}

/** Creates an empty book. */
export function createSubscriptionBook(nodeName: string): SubscriptionBook {
  const byId = new Map<string, Entry>();
  const byEndpoint = new Map<string, Map<string, Entry>>();
  const entriesOf = (endpointUri: string): readonly Entry[] => [...(byEndpoint.get(endpointUri)?.values() ?? [])];
  return {
    add: (subscription) => {
      const { id, endpointUri, resourceAddress } = subscription;
      const entry = { subscription, resources: resourcesOf(resourceAddress, nodeName) ?? [] };
      byId.set(id, entry);
      const entries = byEndpoint.get(endpointUri) ?? new Map<string, Entry>();
      byEndpoint.set(endpointUri, entries.set(id, entry));
    },
    remove: (id) => {
      const endpointUri = byId.get(id)?.subscription.endpointUri ?? "";
      byId.delete(id);
      const entries = byEndpoint.get(endpointUri);
      entries?.delete(id);
      if (entries?.size === 0) byEndpoint.delete(endpointUri);
    },
    find: (id) => byId.get(id)?.subscription,
    list: () => [...byId.values()].map(({ subscription }) => subscription),
    ofEndpoint: (endpointUri) => entriesOf(endpointUri).map(({ subscription }) => subscription),
    has: ({ endpointUri, resourceAddress }) =>
      entriesOf(endpointUri).some(({ subscription }) => subscription.resourceAddress === resourceAddress),
    recipients: (resource) =>
      [...byEndpoint].flatMap(([endpointUri, entries]) => {
        const wanted = [...entries.values()].filter(({ resources }) => resources.includes(resource));
        if (wanted.length === 0) return [];
        return [{ endpointUri, withDetails: wanted.some(({ subscription }) => subscription.withDetails) }];
      }),
    resources: (endpointUri) => new Set(entriesOf(endpointUri).flatMap(({ resources }) => resources)),
    size: () => byId.size,
  };
}
