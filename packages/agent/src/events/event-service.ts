import { randomUUID } from "node:crypto";
import { messageOf, type Logger } from "@ptp/kit";
import type { EventResource, EventValue } from "@ptp/truth";
import type { Deliverer } from "./deliverer.ts";
import { toldPart, valueKey, type EventBoard } from "./event-board.ts";
import { emptyDocument, eventDocument, nodeAddress, type EventDocument, type WireShape } from "./event-document.ts";
import type { EventsMetrics } from "./events-metrics.ts";
import type { FeedMessage } from "./feed-message.ts";
import { postTimeoutMs, type PostEvent } from "./post-event.ts";
import { resourcesOf } from "./resource-address.ts";
import { resourceName } from "./resources.ts";
import type { OutgoingEvent } from "./subscriber-queue.ts";
import { isUriReference, type Subscription, type SubscriptionRequest } from "./subscription.ts";
import type { SubscriptionBook } from "./subscription-book.ts";
import type { SubscriptionStore } from "./subscription-store.ts";

/** What a service needs. */
export interface EventServiceOptions {
  readonly nodeName: string;
  readonly board: EventBoard;
  readonly book: SubscriptionBook;
  readonly store: SubscriptionStore;
  readonly deliverer: Deliverer;
  readonly post: PostEvent;
  readonly metrics: EventsMetrics;
  readonly nowMs: () => number;
  readonly nowUnixMs: () => number;
  readonly maxSubscriptions: number;
  readonly log: Logger;
}

/** A request to subscribe with what is known of who made it. */
export interface Application extends SubscriptionRequest {
  readonly withDetails: boolean;
  readonly owner?: string;
}

/** Why there is no new subscription, as an HTTP status. */
export type SubscribeOutcome =
  { readonly status: 201; readonly subscription: Subscription } | { readonly status: 400 | 404 | 409 | 503 };

/** How a current state is shown. */
export interface CurrentOptions {
  readonly shape: WireShape;
  readonly withDetails: boolean;
}

/** The events of one node: state in, subscriptions kept, events out. */
export interface EventService {
  /** Loads what is stored; before anything else. */
  start(): Promise<void>;
  /** Whether subscriptions are accepted: the state is known. */
  isReady(): boolean;
  take(message: FeedMessage): void;
  /** A request to subscribe that cannot be read is counted. */
  refuseUnreadable(): void;
  subscribe(application: Application): Promise<SubscribeOutcome>;
  /** False if there is none. @throws the system error where that cannot be stored. */
  unsubscribe(id: string): Promise<boolean>;
  /** The states that an address means, one document for each resource that has any; empty: nothing is known. */
  current(address: string, options: CurrentOptions): readonly EventDocument[];
}

/** First notifications under way at a time. */
const maxApplications = 256;

/** Subscriptions of one endpoint: each write of its file holds all of them. */
const maxPerEndpoint = 128;

/** Creates the service. */
export function createEventService(options: EventServiceOptions): EventService {
  const { board, book, store, log } = options;
  const pending = new Set<string>();
  return {
    start: async () => {
      for (const subscription of await store.load()) book.add(subscription);
      log.info("subscriptions are loaded", { count: book.size() });
    },
    isReady: () => board.isFilled(),
    take: (message) => {
      const isFirst = !board.isFilled();
      const changes = board.take(message);
      const unixMs = message.atUnixMs;
      if (isFirst) tellEverybody(options, unixMs);
      for (const value of changes) {
        tell(options, { resource: value.resource, values: [value], key: valueKey(value), unixMs });
      }
    },
    refuseUnreadable: () => options.metrics.failedToCreate(),
    subscribe: (application) => subscribe(application, pending, options),
    unsubscribe: (id) => unsubscribe(id, options),
    current: (address, how) => current(address, how, options),
  };
}

/** The checks come in this order, whatever else is wrong: consumers know it. */
async function subscribe(
  application: Application,
  pending: Set<string>,
  options: EventServiceOptions,
): Promise<SubscribeOutcome> {
  const { board, book, nodeName, maxSubscriptions } = options;
  const { resourceAddress, endpointUri } = application;
  const mark = JSON.stringify([resourceAddress, endpointUri]);
  if (!isUriReference(endpointUri)) return failed(options, 400);
  if (book.has(application) || pending.has(mark)) return { status: 409 };
  const resources = resourcesOf(resourceAddress, nodeName);
  if (!board.isFilled() || resources === undefined) return failed(options, 404);
  const isFull =
    book.size() + pending.size >= maxSubscriptions ||
    book.ofEndpoint(endpointUri).length >= maxPerEndpoint ||
    pending.size >= maxApplications;
  if (isFull) return failed(options, 503);
  pending.add(mark);
  try {
    return await admit(application, resources, options);
  } finally {
    pending.delete(mark);
  }
}

async function unsubscribe(id: string, { book, store, deliverer, metrics }: EventServiceOptions): Promise<boolean> {
  const subscription = book.find(id);
  if (subscription === undefined) return false;
  const { endpointUri } = subscription;
  book.remove(id);
  try {
    await store.save(endpointUri, () => book.ofEndpoint(endpointUri));
  } catch (error) {
    book.add(subscription);
    metrics.failedToDelete();
    throw error;
  }
  pruneQueue(endpointUri, book, deliverer);
  return true;
}

function current(
  address: string,
  { shape, withDetails }: CurrentOptions,
  { board, nodeName, nowUnixMs }: EventServiceOptions,
): readonly EventDocument[] {
  return (resourcesOf(address, nodeName) ?? []).flatMap((resource) => {
    const values = board.values(resource);
    if (values.length === 0) return [];
    const lastChangeMs = Math.max(...values.map(({ sinceUnixMs = 0 }) => sinceUnixMs));
    const unixMs = shape === "legacy" ? nowUnixMs() : lastChangeMs;
    return [eventDocument({ id: randomUUID(), nodeName, resource, unixMs, values, shape, withDetails })];
  });
}

interface Telling {
  readonly resource: EventResource;
  readonly values: readonly EventValue[];
  readonly key: string;
  readonly unixMs: number;
}

/** One event with one id for all who subscribed to its resource. */
function tell(options: EventServiceOptions, telling: Telling): void {
  const event = outgoing(options, telling);
  options.metrics.published(resourceName(telling.resource).path);
  for (const { endpointUri, withDetails } of options.book.recipients(telling.resource)) {
    options.deliverer.send(endpointUri, event, withDetails);
  }
}

/** After a start nobody knows what a subscriber has missed: each is told the state once. */
function tellEverybody(options: EventServiceOptions, unixMs: number): void {
  const endpoints = new Set(options.book.list().map(({ endpointUri }) => endpointUri));
  const events = new Map<EventResource, OutgoingEvent>();
  for (const endpointUri of endpoints) {
    const withDetails = options.book.ofEndpoint(endpointUri).some((each) => each.withDetails);
    for (const resource of options.book.resources(endpointUri)) {
      const values = options.board.values(resource);
      const event = events.get(resource) ?? outgoing(options, { resource, values, key: `${resource} *`, unixMs });
      events.set(resource, event);
      options.deliverer.send(endpointUri, event, withDetails);
    }
  }
}

function outgoing(options: EventServiceOptions, { resource, values, key, unixMs }: Telling): OutgoingEvent {
  const { nodeName, board } = options;
  const id = randomUUID();
  const bodies = new Map<boolean, string>();
  const hasOthers = !board.isEmpty();
  const render = (withDetails: boolean): string =>
    JSON.stringify(
      values.length === 0
        ? emptyDocument({ id, nodeName, resource, unixMs, hasOthers })
        : eventDocument({ id, nodeName, resource, unixMs, values, withDetails }),
    );
  return {
    id,
    key,
    address: `${nodeAddress(nodeName)}${resourceName(resource).path}`,
    bornMs: options.nowMs(),
    body: (withDetails) => {
      const body = bodies.get(withDetails) ?? render(withDetails);
      bodies.set(withDetails, body);
      return body;
    },
  };
}

/** First the state is told, then the subscription is stored, then it is. */
async function admit(
  application: Application,
  resources: readonly EventResource[],
  options: EventServiceOptions,
): Promise<SubscribeOutcome> {
  const { board, book, store, deliverer } = options;
  const told = new Map(resources.map((resource) => [resource, board.values(resource)]));
  if (!(await tellFirst(application, told, options))) return failed(options, 400);
  const { endpointUri } = application;
  const subscription = { id: randomUUID(), ...application };
  book.add(subscription);
  try {
    await store.save(endpointUri, () => book.ofEndpoint(endpointUri));
  } catch (error) {
    book.remove(subscription.id);
    options.log.error("a subscription could not be stored", { error: messageOf(error) });
    return failed(options, 404);
  }
  // What changed between the first notification and the place in the book was sent to the others alone.
  for (const [resource, values] of told) {
    const now = board.values(resource);
    if (parts(now) === parts(values)) continue;
    const event = outgoing(options, { resource, values: now, key: `${resource} *`, unixMs: options.nowUnixMs() });
    deliverer.send(endpointUri, event, application.withDetails);
  }
  return { status: 201, subscription };
}

function parts(values: readonly EventValue[]): string {
  return values.map((value) => `${valueKey(value)} ${toldPart(value)}`).join("\n");
}

/** One notification per resource; the time for one is that for all. */
async function tellFirst(
  { endpointUri, withDetails }: Application,
  told: ReadonlyMap<EventResource, readonly EventValue[]>,
  options: EventServiceOptions,
): Promise<boolean> {
  const endMs = options.nowMs() + postTimeoutMs;
  for (const [resource, values] of told) {
    const event = outgoing(options, { resource, values, key: resource, unixMs: options.nowUnixMs() });
    const leftMs = endMs - options.nowMs();
    if (leftMs <= 0) return false;
    const result = await options.post(endpointUri, event.body(withDetails), leftMs);
    if (result.kind === "delivered") continue;
    options.log.info("a subscription is refused: its endpoint did not take the first notification", {
      endpoint: endpointUri,
      problem: result.detail,
    });
    return false;
  }
  return true;
}

function failed<S extends 400 | 404 | 503>({ metrics }: EventServiceOptions, status: S): { readonly status: S } {
  metrics.failedToCreate();
  return { status };
}

/** What waits for an endpoint and is not subscribed to any more goes. */
function pruneQueue(endpointUri: string, book: SubscriptionBook, deliverer: Deliverer): void {
  const resources = book.resources(endpointUri);
  if (resources.size === 0) return deliverer.prune(endpointUri);
  const addresses = new Set([...resources].map((resource) => resourceName(resource).path));
  deliverer.prune(endpointUri, ({ address }) => [...addresses].some((path) => address.endsWith(path)));
}
