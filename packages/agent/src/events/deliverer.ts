import { createSlots, type Slots } from "./slots.ts";
import {
  createSubscriberQueue,
  type DropReason,
  type FailureKind,
  type OutgoingEvent,
  type QueueLimits,
  type SubscriberQueue,
} from "./subscriber-queue.ts";

/** How an attempt ended; `detail` is for people. */
export type PostResult = { readonly kind: "delivered" } | { readonly kind: FailureKind; readonly detail: string };

/** What a deliverer tells of. */
export interface DeliveryListener {
  onAttempt(endpointUri: string, event: OutgoingEvent, result: PostResult): void;
  onDelivered(endpointUri: string, event: OutgoingEvent): void;
  onRetry(endpointUri: string, event: OutgoingEvent): void;
  onDrop(endpointUri: string, events: readonly OutgoingEvent[], reason: DropReason): void;
  /** It was unreachable for too long: whoever owns its subscriptions removes them. */
  onDead(endpointUri: string, detail: string): void;
}

/** What a deliverer needs. */
export interface DelivererOptions {
  readonly limits: QueueLimits;
  /** Never rejects, and settles by itself within its timeout. */
  readonly post: (endpointUri: string, body: string) => Promise<PostResult>;
  readonly nowMs: () => number;
  /** Runs a function later; returns what cancels it. */
  readonly later: (delayMs: number, run: () => void) => () => void;
  readonly listener: DeliveryListener;
  /** Attempts at a time at subscribers that answered before, and at those that did not. */
  readonly slots?: { readonly healthy: number; readonly failing: number };
}

/** What waits for whom. */
export interface QueueDepth {
  readonly subscribers: number;
  readonly failing: number;
  readonly waiting: number;
  readonly longest: number;
}

/** Delivers events: to each subscriber one at a time and in order, to all of them at once. */
export interface Deliverer {
  send(endpointUri: string, event: OutgoingEvent, withDetails: boolean): void;
  /** Forgets what waits for it and is not wanted any more; without `keep` all of it. */
  prune(endpointUri: string, keep?: (event: OutgoingEvent) => boolean): void;
  depth(): QueueDepth;
  /** Nothing is begun any more. */
  stop(): void;
}

interface Subscriber {
  readonly endpointUri: string;
  readonly queue: SubscriberQueue;
  withDetails: boolean;
  busy: boolean;
  cancelRetry?: (() => void) | undefined;
  closed: boolean;
}

/** Subscribers that fail have places of their own, so that no number of them takes those of the others. */
const defaultSlots = { healthy: 128, failing: 256 };

/**
 * Who takes longer for its answer keeps waiting, but lets the next one begin. Not sooner: where all are slow since this
 * machine is busy, beginning more of them would make none faster.
 */
const lendAfterMs = 500;

/** A place for failing ones is free again no sooner: a thousand that refuse must not take the processor. */
const leastHoldMs = 250;

/** Creates a deliverer for no one yet. */
export function createDeliverer(options: DelivererOptions): Deliverer {
  return new QueueDeliverer(options);
}

class QueueDeliverer implements Deliverer {
  readonly #options: DelivererOptions;
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #healthy: Slots;
  readonly #failing: Slots;

  constructor(options: DelivererOptions) {
    this.#options = options;
    const { healthy, failing } = options.slots ?? defaultSlots;
    this.#healthy = createSlots(healthy);
    this.#failing = createSlots(failing);
  }

  send(endpointUri: string, event: OutgoingEvent, withDetails: boolean): void {
    const subscriber = this.#subscribers.get(endpointUri) ?? opened(endpointUri, this.#options.limits);
    this.#subscribers.set(endpointUri, subscriber);
    subscriber.withDetails = withDetails;
    this.#drop(endpointUri, subscriber.queue.push(event), "coalesced");
    this.#pump(subscriber);
  }

  prune(endpointUri: string, keep?: (event: OutgoingEvent) => boolean): void {
    const subscriber = this.#subscribers.get(endpointUri);
    if (subscriber === undefined) return;
    const underway = subscriber.busy ? subscriber.queue.head() : undefined;
    const gone = subscriber.queue.filter((event) => event === underway || keep?.(event) === true);
    this.#drop(endpointUri, gone, "unsubscribed");
    if (keep === undefined) this.#close(subscriber);
  }

  depth(): QueueDepth {
    return depthOf([...this.#subscribers.values()]);
  }

  stop(): void {
    for (const subscriber of this.#subscribers.values()) this.#close(subscriber);
  }

  /** Sends the next event unless one is under way or waits for its retry. */
  #pump(subscriber: Subscriber): void {
    const { queue, endpointUri } = subscriber;
    if (subscriber.closed || subscriber.busy || subscriber.cancelRetry !== undefined) return;
    const event = queue.head();
    if (event === undefined) return;
    subscriber.busy = true;
    const isFailing = queue.isFailing();
    const slots = isFailing ? this.#failing : this.#healthy;
    const attempt = async (): Promise<void> => {
      const leave = isFailing ? this.#holdPlace() : this.#lendPlace();
      const result = await this.#options.post(endpointUri, event.body(subscriber.withDetails));
      leave();
      if (!subscriber.closed) this.#settle(subscriber, event, result);
    };
    slots.enter(() => {
      if (subscriber.closed) slots.leave();
      else void attempt();
    });
  }

  /** Returns what leaves a place among the healthy, which is left anyway if it takes long. */
  #lendPlace(): () => void {
    let isLeft = false;
    const leave = (): void => {
      if (isLeft) return;
      isLeft = true;
      this.#healthy.leave();
    };
    const cancel = this.#options.later(lendAfterMs, leave);
    return () => {
      cancel();
      leave();
    };
  }

  /** Returns what leaves a place among the failing when it was held long enough. */
  #holdPlace(): () => void {
    const { nowMs, later } = this.#options;
    const startMs = nowMs();
    return () => {
      const leftMs = leastHoldMs - (nowMs() - startMs);
      if (leftMs <= 0) this.#failing.leave();
      else later(leftMs, () => this.#failing.leave());
    };
  }

  #settle(subscriber: Subscriber, event: OutgoingEvent, result: PostResult): void {
    const { queue, endpointUri } = subscriber;
    const { listener, nowMs } = this.#options;
    subscriber.busy = false;
    listener.onAttempt(endpointUri, event, result);
    if (result.kind === "delivered") {
      queue.succeeded();
      listener.onDelivered(endpointUri, event);
    } else {
      const after = queue.failed(result.kind, nowMs());
      if (after.kind === "dropped") listener.onDrop(endpointUri, [event], "refused");
      if (after.kind === "retry") this.#retryLater(subscriber, event, after.delayMs);
      if (after.kind === "remove") this.#bury(subscriber, result.detail);
    }
    this.#pump(subscriber);
  }

  #retryLater(subscriber: Subscriber, event: OutgoingEvent, delayMs: number): void {
    const { later, listener, nowMs } = this.#options;
    subscriber.cancelRetry = later(delayMs, () => {
      subscriber.cancelRetry = undefined;
      this.#drop(subscriber.endpointUri, subscriber.queue.expire(nowMs()), "expired");
      if (subscriber.queue.head() === event) listener.onRetry(subscriber.endpointUri, event);
      this.#pump(subscriber);
    });
  }

  #bury(subscriber: Subscriber, detail: string): void {
    this.#close(subscriber);
    this.#drop(
      subscriber.endpointUri,
      subscriber.queue.filter(() => false),
      "removed",
    );
    this.#options.listener.onDead(subscriber.endpointUri, detail);
  }

  #close(subscriber: Subscriber): void {
    subscriber.closed = true;
    subscriber.cancelRetry?.();
    this.#subscribers.delete(subscriber.endpointUri);
  }

  #drop(endpointUri: string, events: readonly OutgoingEvent[], reason: DropReason): void {
    if (events.length > 0) this.#options.listener.onDrop(endpointUri, events, reason);
  }
}

function opened(endpointUri: string, limits: QueueLimits): Subscriber {
  return { endpointUri, queue: createSubscriberQueue(limits), withDetails: false, busy: false, closed: false };
}

function depthOf(subscribers: readonly Subscriber[]): QueueDepth {
  const sizes = subscribers.map(({ queue }) => queue.size());
  return {
    subscribers: subscribers.length,
    failing: subscribers.filter(({ queue }) => queue.isFailing()).length,
    waiting: sizes.reduce((sum, size) => sum + size, 0),
    longest: sizes.reduce((longest, size) => Math.max(longest, size), 0),
  };
}
