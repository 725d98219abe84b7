/** An event on its way. One is shared by all its subscribers, but for those that also get since and cause. */
export interface OutgoingEvent {
  readonly id: string;
  /** What it tells of: of two with the same key the later one holds. */
  readonly key: string;
  /** Full address, for counters. */
  readonly address: string;
  /** By the monotonic clock. */
  readonly bornMs: number;
  /** JSON text. */
  body(): string;
}

/** Why an event was given up. */
export type DropReason =
  /** The queue was full and a newer state of the same thing waits in it, or the answer to a subscription told a newer one. */
  | "coalesced"
  /** Too old, and a newer state waits. */
  | "expired"
  /** The consumer answered that it does not want it. */
  | "refused"
  /** Nobody subscribes to it any more. */
  | "unsubscribed"
  /** The subscriber was removed. */
  | "removed";

/** How an attempt ended that was no success. */
export type FailureKind =
  /** An answer that says: not again (2xx but 204, 3xx, most of 4xx). */
  | "refused"
  /** An answer that may change: 5xx, 408, 425, 429. */
  | "unavailable"
  /** No answer: refused or lost connection, no address, timeout. */
  | "unreachable";

/** Numbers of a queue. */
export interface QueueLimits {
  /** Events that wait; beyond it older states of the same thing go. */
  readonly capacity: number;
  /** Age from which an event goes when a newer state of the same thing waits. */
  readonly ttlMs: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /** Consecutive failures without an answer after which the subscriber is removed. */
  readonly maxFailures: number;
  /** Failures closer together than this count once: retries are our own doing. */
  readonly failureEveryMs: number;
}

/** What consumers are promised; see docs/events.md. */
export const defaultQueueLimits: QueueLimits = {
  capacity: 100,
  ttlMs: 300_000,
  firstRetryMs: 100,
  maxRetryMs: 2_000,
  maxFailures: 10,
  failureEveryMs: 30_000,
};

/** What to do after a failure. */
export type AfterFailure =
  | { readonly kind: "retry"; readonly delayMs: number }
  /** The event is gone; go on with the next. */
  | { readonly kind: "dropped" }
  | { readonly kind: "remove" };

/** The events that wait for one subscriber, in the order in which things happened. The first is the one under way. */
export interface SubscriberQueue {
  /** Events that had to go for it. */
  push(event: OutgoingEvent): readonly OutgoingEvent[];
  /** The event to send now. */
  head(): OutgoingEvent | undefined;
  /** Events that are too old and superseded; they are removed. */
  expire(nowMs: number): readonly OutgoingEvent[];
  /** Keeps those for which it holds; the others are returned. Nothing may be under way. */
  filter(keep: (event: OutgoingEvent) => boolean): readonly OutgoingEvent[];
  succeeded(): void;
  failed(kind: FailureKind, nowMs: number): AfterFailure;
  /** It has answered: failures before do not count. */
  forgive(): void;
  size(): number;
  /** Whether the last attempt failed. */
  isFailing(): boolean;
  /** Consecutive failures that count. */
  failures(): number;
}

/**
 * Creates an empty queue. The newest state of each thing stays until it is delivered or refused, so that who comes back ends
 * in the true state; since there are as many things as clocks, a queue never holds more than `capacity` and those.
 */
export function createSubscriberQueue(limits: QueueLimits): SubscriberQueue {
  return new Queue(limits);
}

class Queue implements SubscriberQueue {
  readonly #limits: QueueLimits;
  #events: OutgoingEvent[] = [];
  /** Of the first event. */
  #attempts = 0;
  #failures = 0;
  /** When a failure was counted last. */
  #countedMs = Number.NEGATIVE_INFINITY;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  push(event: OutgoingEvent): readonly OutgoingEvent[] {
    this.#events.push(event);
    if (this.#events.length <= this.#limits.capacity) return [];
    const oldest = this.#events.findIndex((each, index) => this.#isSuperseded(each, index));
    return oldest < 0 ? [] : this.#events.splice(oldest, 1);
  }

  head(): OutgoingEvent | undefined {
    return this.#events[0];
  }

  expire(nowMs: number): readonly OutgoingEvent[] {
    const isOld = ({ bornMs }: OutgoingEvent): boolean => nowMs - bornMs > this.#limits.ttlMs;
    return this.#remove((event, index) => isOld(event) && this.#isSuperseded(event, index));
  }

  filter(keep: (event: OutgoingEvent) => boolean): readonly OutgoingEvent[] {
    return this.#remove((event) => !keep(event));
  }

  succeeded(): void {
    this.#settle();
    this.forgive();
  }

  failed(kind: FailureKind, nowMs: number): AfterFailure {
    const { maxFailures, firstRetryMs, maxRetryMs } = this.#limits;
    this.#attempts += 1;
    if (kind === "unreachable") this.#count(nowMs);
    else this.forgive();
    if (this.#failures >= maxFailures) return { kind: "remove" };
    // The exponent is bounded: a year of failures must not end in Infinity.
    const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(this.#attempts - 1, 32));
    if (kind !== "refused") return { kind: "retry", delayMs };
    this.#settle();
    return { kind: "dropped" };
  }

  forgive(): void {
    this.#failures = 0;
    this.#countedMs = Number.NEGATIVE_INFINITY;
  }

  size(): number {
    return this.#events.length;
  }

  isFailing(): boolean {
    return this.#attempts > 0;
  }

  failures(): number {
    return this.#failures;
  }

  /** The first one is under way, or will be next: what it tells may be half told. */
  #isSuperseded(event: OutgoingEvent, index: number): boolean {
    return index > 0 && this.#events.some((other, at) => at > index && other.key === event.key);
  }

  #remove(goes: (event: OutgoingEvent, index: number) => boolean): readonly OutgoingEvent[] {
    const gone = new Set(this.#events.filter(goes));
    if (gone.size > 0) this.#events = this.#events.filter((event) => !gone.has(event));
    return [...gone];
  }

  #settle(): void {
    this.#events.shift();
    this.#attempts = 0;
  }

  #count(nowMs: number): void {
    if (nowMs - this.#countedMs < this.#limits.failureEveryMs) return;
    this.#failures += 1;
    this.#countedMs = nowMs;
  }
}
