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
  onAttempt(event: OutgoingEvent, isDelivered: boolean): void;
  onDelivered(event: OutgoingEvent, wasRetried: boolean): void;
  onRetry(): void;
  onDrop(endpointUri: string, events: readonly OutgoingEvent[], reason: DropReason): void;
  /** The first failure since it was reached. */
  onTrouble(endpointUri: string, detail: string): void;
  /** It is reached after a failure. */
  onReached(endpointUri: string): void;
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
  send(endpointUri: string, event: OutgoingEvent): void;
  /** Forgets what waits for it and is not wanted any more. */
  prune(endpointUri: string, keep: (event: OutgoingEvent) => boolean): void;
  /** Nobody subscribes to it any more. */
  leave(endpointUri: string): void;
  /**
   * Nothing is sent to an endpoint until it goes on: for whoever tells it something by another way. Resolves when nothing is
   * under way there, which the time of a post bounds.
   */
  pause(endpointUri: string): Promise<Pause>;
  depth(): QueueDepth;
  /** Nothing is begun any more. */
  stop(): void;
}

/** An endpoint to which nothing is sent meanwhile. */
export interface Pause {
  /** It was told by another way, which answers for these events. */
  told(answered: (event: OutgoingEvent) => boolean): void;
  end(): void;
}

interface Subscriber {
  readonly endpointUri: string;
  readonly queue: SubscriberQueue;
  turn: "none" | "waits" | "posts";
  cancelRetry?: (() => void) | undefined;
  pauses: number;
  /** Called when nothing is under way any more. */
  readonly onIdle: (() => void)[];
  /** Nobody subscribes to it any more: it goes with what is under way. */
  isLeaving: boolean;
  /** Under way, though nobody subscribes to it any more. */
  unwanted?: OutgoingEvent | undefined;
  isTroubled: boolean;
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
  #isStopped = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
    const { healthy, failing } = options.slots ?? defaultSlots;
    this.#healthy = createSlots(healthy);
    this.#failing = createSlots(failing);
  }

  send(endpointUri: string, event: OutgoingEvent): void {
    const subscriber = this.#at(endpointUri);
    subscriber.isLeaving = false;
    this.#drop(subscriber, subscriber.queue.push(event), "coalesced");
    this.#pump(subscriber);
  }

  prune(endpointUri: string, keep: (event: OutgoingEvent) => boolean): void {
    const subscriber = this.#subscribers.get(endpointUri);
    if (subscriber === undefined) return;
    const { queue, turn } = subscriber;
    const underWay = turn === "posts" ? queue.head() : undefined;
    if (underWay !== undefined && !keep(underWay)) subscriber.unwanted = underWay;
    this.#drop(
      subscriber,
      queue.filter((event) => event === underWay || keep(event)),
      "unsubscribed",
    );
  }

  leave(endpointUri: string): void {
    const subscriber = this.#subscribers.get(endpointUri);
    if (subscriber === undefined) return;
    this.prune(endpointUri, () => false);
    subscriber.isLeaving = true;
    this.#tidy(subscriber);
  }

  async pause(endpointUri: string): Promise<Pause> {
    const subscriber = this.#at(endpointUri);
    subscriber.pauses += 1;
    if (subscriber.turn === "posts") await new Promise<void>((resolve) => subscriber.onIdle.push(resolve));
    return {
      told: (answered) => {
        subscriber.queue.forgive();
        subscriber.cancelRetry?.();
        subscriber.cancelRetry = undefined;
        this.#reached(subscriber);
        this.#drop(
          subscriber,
          subscriber.queue.filter((event) => !answered(event)),
          "coalesced",
        );
      },
      end: () => {
        subscriber.pauses -= 1;
        this.#pump(subscriber);
        this.#tidy(subscriber);
      },
    };
  }

  depth(): QueueDepth {
    return depthOf([...this.#subscribers.values()]);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancelRetry } of this.#subscribers.values()) cancelRetry?.();
  }

  #at(endpointUri: string): Subscriber {
    const subscriber = this.#subscribers.get(endpointUri) ?? opened(endpointUri, this.#options.limits);
    this.#subscribers.set(endpointUri, subscriber);
    return subscriber;
  }

  /** Sends the next event unless one is under way or waits for its retry. */
  #pump(subscriber: Subscriber): void {
    const { queue, turn, cancelRetry } = subscriber;
    if (!this.#mayBegin(subscriber) || turn !== "none" || cancelRetry !== undefined) return;
    subscriber.turn = "waits";
    const isFailing = queue.isFailing();
    const slots = isFailing ? this.#failing : this.#healthy;
    slots.enter(() => {
      subscriber.turn = "none";
      const event = queue.head();
      if (event !== undefined && this.#mayBegin(subscriber)) {
        void this.#attempt(subscriber, event, isFailing ? this.#holdPlace() : this.#lendPlace());
        return;
      }
      slots.leave();
      this.#tidy(subscriber);
    });
  }

  #mayBegin({ queue, pauses }: Subscriber): boolean {
    return !this.#isStopped && pauses === 0 && queue.size() > 0;
  }

  async #attempt(subscriber: Subscriber, event: OutgoingEvent, leavePlace: () => void): Promise<void> {
    subscriber.turn = "posts";
    const result = await this.#options.post(subscriber.endpointUri, event.body());
    leavePlace();
    subscriber.turn = "none";
    if (!this.#isStopped) this.#settle(subscriber, event, result);
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
    const { queue } = subscriber;
    const { listener } = this.#options;
    listener.onAttempt(event, result.kind === "delivered");
    if (result.kind === "delivered") {
      listener.onDelivered(event, queue.isFailing());
      queue.succeeded();
      this.#reached(subscriber);
    } else this.#failed(subscriber, event, result);
    subscriber.unwanted = undefined;
    for (const isIdle of subscriber.onIdle.splice(0)) isIdle();
    this.#pump(subscriber);
    this.#tidy(subscriber);
  }

  #failed(
    subscriber: Subscriber,
    event: OutgoingEvent,
    { kind, detail }: Exclude<PostResult, { kind: "delivered" }>,
  ): void {
    const { queue, endpointUri } = subscriber;
    const { listener, nowMs } = this.#options;
    if (!subscriber.isTroubled) listener.onTrouble(endpointUri, detail);
    subscriber.isTroubled = true;
    const after = queue.failed(kind, nowMs());
    if (after.kind === "dropped") return this.#drop(subscriber, [event], "refused");
    if (subscriber.unwanted === event) {
      this.#drop(
        subscriber,
        queue.filter((each) => each !== event),
        "unsubscribed",
      );
    }
    if (after.kind === "retry") this.#retryLater(subscriber, event, after.delayMs);
    else if (!subscriber.isLeaving) this.#bury(subscriber, detail);
  }

  #reached(subscriber: Subscriber): void {
    if (subscriber.isTroubled) this.#options.listener.onReached(subscriber.endpointUri);
    subscriber.isTroubled = false;
  }

  #retryLater(subscriber: Subscriber, event: OutgoingEvent, delayMs: number): void {
    const { later, listener, nowMs } = this.#options;
    subscriber.cancelRetry = later(delayMs, () => {
      subscriber.cancelRetry = undefined;
      this.#drop(subscriber, subscriber.queue.expire(nowMs()), "expired");
      if (subscriber.queue.head() === event) listener.onRetry();
      this.#pump(subscriber);
    });
  }

  #bury(subscriber: Subscriber, detail: string): void {
    this.#drop(
      subscriber,
      subscriber.queue.filter(() => false),
      "removed",
    );
    subscriber.isLeaving = true;
    this.#options.listener.onDead(subscriber.endpointUri, detail);
  }

  /** Who is left by all, and has nothing under way, is forgotten. */
  #tidy(subscriber: Subscriber): void {
    const { isLeaving, turn, pauses, queue, endpointUri } = subscriber;
    if (!isLeaving || turn !== "none" || pauses > 0 || queue.size() > 0) return;
    subscriber.cancelRetry?.();
    this.#subscribers.delete(endpointUri);
  }

  #drop({ endpointUri }: Subscriber, events: readonly OutgoingEvent[], reason: DropReason): void {
    if (events.length > 0) this.#options.listener.onDrop(endpointUri, events, reason);
  }
}

function opened(endpointUri: string, limits: QueueLimits): Subscriber {
  const queue = createSubscriberQueue(limits);
  return { endpointUri, queue, turn: "none", pauses: 0, onIdle: [], isLeaving: true, isTroubled: false };
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
