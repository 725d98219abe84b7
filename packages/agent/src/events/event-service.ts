import { randomUUID } from "node:crypto";
import { messageOf, type Logger } from "@ptp/kit";
import type { EventResource, EventValue } from "@ptp/truth";
import type { Deliverer, PostResult } from "./deliverer.ts";
import { toldPart, valueKey, type EventBoard } from "./event-board.ts";
import { emptyDocument, eventDocument, nodeAddress, type EventDocument, type WireShape } from "./event-document.ts";
import type { EventsMetrics } from "./events-metrics.ts";
import type { FeedMessage } from "./feed-message.ts";
import { postTimeoutMs, type PostEvent } from "./post-event.ts";
import { resourcesOf } from "./resource-address.ts";
import { resourceName, resourceNames } from "./resources.ts";
import type { OutgoingEvent } from "./subscriber-queue.ts";
import { isUriReference, shownEndpoint, type Subscription, type SubscriptionRequest } from "./subscription.ts";
import type { SubscriptionBook } from "./subscription-book.ts";
import type { SubscriptionStore } from "./subscription-store.ts";
import { createTurns, type InTurn } from "./turns.ts";

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

/** Who asks: the address of the other end. */
export type Asker = string;

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
  subscribe(application: Application, asker: Asker): Promise<SubscribeOutcome>;
  /** False if there is none. @throws the system error where that cannot be stored. */
  unsubscribe(id: string): Promise<boolean>;
  /** The states that an address means, one document for each resource that has any; empty: nothing is known. */
  current(address: string, options: CurrentOptions): readonly EventDocument[];
}

/** First notifications under way at a time, and those that one address asked for: no one takes the places of all. */
const maxApplications = 256;
const maxPerAsker = 64;

/** Subscriptions of one endpoint: each write of its file holds all of them. */
const maxPerEndpoint = 128;

/** Creates the service. */
export function createEventService(options: EventServiceOptions): EventService {
  const { board, book, store, log } = options;
  const underWay: UnderWay = { marks: new Map(), inTurn: createTurns() };
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
    subscribe: (application, asker) => subscribe(application, asker, { underWay, options }),
    unsubscribe: (id) => unsubscribe(id, options),
    current: (address, how) => current(address, how, options),
  };
}

/** Requests whose endpoints are being told. */
interface UnderWay {
  /** Address and endpoint of each, with who asked. */
  readonly marks: Map<string, Asker>;
  /** An endpoint is told of a resource by one of them at a time, or an older state might come after a newer one. */
  readonly inTurn: InTurn;
}

/** The checks come in this order, whatever else is wrong: consumers know it. */
async function subscribe(
  application: Application,
  asker: Asker,
  { underWay, options }: { readonly underWay: UnderWay; readonly options: EventServiceOptions },
): Promise<SubscribeOutcome> {
  const { marks, inTurn } = underWay;
  const { board, book, nodeName, maxSubscriptions } = options;
  const { resourceAddress, endpointUri } = application;
  const mark = JSON.stringify([resourceAddress, endpointUri]);
  if (!isUriReference(endpointUri)) return failed(options, 400);
  if (book.has(application) || marks.has(mark)) return { status: 409 };
  const resources = resourcesOf(resourceAddress, nodeName);
  if (!board.isFilled() || resources === undefined) return failed(options, 404);
  const isFull =
    book.size() + marks.size >= maxSubscriptions ||
    book.ofEndpoint(endpointUri).length >= maxPerEndpoint ||
    marks.size >= maxApplications ||
    [...marks.values()].filter((each) => each === asker).length >= maxPerAsker;
  if (isFull) return failed(options, 503);
  marks.set(mark, asker);
  try {
    const endMs = options.nowMs() + postTimeoutMs;
    const keys = resources.map((resource) => `${resource} ${endpointUri}`);
    const told = await inTurn(keys, () => tellFirst(application, resources, { options, endMs }));
    return told === undefined ? failed(options, 400) : await admit(application, told, options);
  } finally {
    marks.delete(mark);
  }
}

async function unsubscribe(id: string, options: EventServiceOptions): Promise<boolean> {
  const { book, store, metrics } = options;
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
  pruneQueue(endpointUri, options);
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
    options.deliverer.send(endpointUri, event(withDetails));
  }
}

/** After a start nobody knows what a subscriber has missed: each is told the state once. */
function tellEverybody(options: EventServiceOptions, unixMs: number): void {
  for (const { resource } of resourceNames) {
    const event = outgoing(options, { resource, values: options.board.values(resource), key: `${resource} *`, unixMs });
    for (const { endpointUri, withDetails } of options.book.recipients(resource)) {
      options.deliverer.send(endpointUri, event(withDetails));
    }
  }
}

/** An event as it is, and as who asked for since and cause gets it. */
function outgoing(
  options: EventServiceOptions,
  { resource, values, key, unixMs }: Telling,
): (withDetails: boolean) => OutgoingEvent {
  const { nodeName, board } = options;
  const id = randomUUID();
  const hasOthers = !board.isEmpty();
  const address = addressOf(resource, nodeName);
  const render = (withDetails: boolean): string =>
    JSON.stringify(
      values.length === 0
        ? emptyDocument({ id, nodeName, resource, unixMs, hasOthers })
        : eventDocument({ id, nodeName, resource, unixMs, values, withDetails }),
    );
  const common = { id, key, address, bornMs: options.nowMs() };
  const [plain, detailed] = [false, true].map((withDetails) => {
    let body: string | undefined;
    return { ...common, body: () => (body ??= render(withDetails)) };
  }) as [OutgoingEvent, OutgoingEvent];
  return (withDetails) => (withDetails ? detailed : plain);
}

function addressOf(resource: EventResource, nodeName: string): string {
  return `${nodeAddress(nodeName)}${resourceName(resource).path}`;
}

/** The state has been told; then the subscription is stored, then it is. */
async function admit(application: Application, told: Told, options: EventServiceOptions): Promise<SubscribeOutcome> {
  const { board, book, store, deliverer } = options;
  const { endpointUri, withDetails } = application;
  const subscription = { id: randomUUID(), ...application };
  book.add(subscription);
  try {
    await store.save(endpointUri, () => book.ofEndpoint(endpointUri));
  } catch (error) {
    book.remove(subscription.id);
    pruneQueue(endpointUri, options);
    options.log.error("a subscription could not be stored", { error: messageOf(error) });
    return failed(options, 404);
  }
  // What changed between the first notification and the place in the book was sent to the others alone.
  for (const [resource, values] of told) {
    const now = board.values(resource);
    if (parts(now) === parts(values) || book.find(subscription.id) === undefined) continue;
    const event = outgoing(options, { resource, values: now, key: `${resource} *`, unixMs: options.nowUnixMs() });
    deliverer.send(endpointUri, event(withDetails));
  }
  return { status: 201, subscription };
}

function parts(values: readonly EventValue[]): string {
  return values.map((value) => `${valueKey(value)} ${toldPart(value)}`).join("\n");
}

interface Within {
  readonly options: EventServiceOptions;
  readonly endMs: number;
}

type Told = ReadonlyMap<EventResource, readonly EventValue[]>;

/**
 * Tells an endpoint the state, between the events that it may have subscribed to before: what was under way comes first, and
 * what waits and tells of the same is older. What was told; undefined if it was not taken.
 */
async function tellFirst(
  application: Application,
  resources: readonly EventResource[],
  { options, endMs }: Within,
): Promise<Told | undefined> {
  const { board, deliverer, nowMs, nodeName } = options;
  const pause = await deliverer.pause(application.endpointUri);
  try {
    const atMs = nowMs();
    const told = new Map(resources.map((resource) => [resource, board.values(resource)]));
    if (!(await postAll(application, told, { options, endMs }))) return undefined;
    const addresses = new Set(resources.map((resource) => addressOf(resource, nodeName)));
    pause.told(({ address, bornMs }) => bornMs <= atMs && addresses.has(address));
    return told;
  } finally {
    pause.end();
  }
}

/** One notification per resource; the time for one is that for all. */
async function postAll(
  { endpointUri, withDetails }: Application,
  told: Told,
  { options, endMs }: Within,
): Promise<boolean> {
  for (const [resource, values] of told) {
    const event = outgoing(options, { resource, values, key: resource, unixMs: options.nowUnixMs() });
    const leftMs = endMs - options.nowMs();
    const result = leftMs <= 0 ? tooLate : await options.post(endpointUri, event(withDetails).body(), leftMs);
    if (result.kind === "delivered") continue;
    options.log.info("a subscription is refused: its endpoint did not take the first notification", {
      endpoint: shownEndpoint(endpointUri),
      problem: result.detail,
    });
    return false;
  }
  return true;
}

const tooLate: PostResult = { kind: "unreachable", detail: `no answer to others within ${postTimeoutMs} ms` };

function failed<S extends 400 | 404 | 503>({ metrics }: EventServiceOptions, status: S): { readonly status: S } {
  metrics.failedToCreate();
  return { status };
}

/** What waits for an endpoint and is not subscribed to any more goes. */
function pruneQueue(endpointUri: string, { book, deliverer, nodeName }: EventServiceOptions): void {
  const resources = book.resources(endpointUri);
  if (resources.size === 0) return deliverer.leave(endpointUri);
  const addresses = new Set([...resources].map((resource) => addressOf(resource, nodeName)));
  deliverer.prune(endpointUri, ({ address }) => addresses.has(address));
}
