import { systemClock, type Clock } from "../clock.ts";
import { QueueState, type TakenKey } from "./queue-state.ts";
import { createRateLimiter, type RateLimiter } from "./rate-limiter.ts";

/** How a key is added. */
export interface AddOptions {
  /** Not before this long from now. */
  readonly afterMs?: number;
  /** Not before the wait of its failures; with `afterMs` the earlier of both. Counts one more failure. */
  readonly rateLimited?: boolean;
  /** Higher comes first; default 0. */
  readonly priority?: number;
}

/** What is told about a queue, for metrics. */
export interface QueueHooks {
  readonly added?: (key: string, depth: number) => void;
  readonly retried?: (key: string) => void;
  readonly taken?: (key: string, waitedMs: number, depth: number) => void;
  readonly done?: (key: string, workedMs: number) => void;
}

/** What a queue needs. */
export interface WorkQueueOptions {
  readonly clock?: Clock;
  readonly rateLimiter?: RateLimiter;
  readonly hooks?: QueueHooks;
}

/**
 * Keys to work on, as controller-runtime's queue has them: each key once, one worker a key, a key added while it is
 * worked on comes again after. It never holds objects: who takes a key reads the newest state.
 */
export interface WorkQueue {
  /** Keys that wait, delayed ones included. */
  readonly size: number;
  add(key: string, options?: AddOptions): void;
  /** Waits for a key. Undefined when the queue is shut down or the signal aborts. Give each key back with `done`. */
  take(signal?: AbortSignal): Promise<TakenKey | undefined>;
  done(key: string): void;
  /** The key's failures count no more. */
  forget(key: string): void;
  failures(key: string): number;
  /** Takes no more keys and hands none out; resolves when the last key that is being worked on was given back. */
  shutDown(): Promise<void>;
}

/** Creates an empty queue. */
export function createWorkQueue(options: WorkQueueOptions = {}): WorkQueue {
  return new WaitingQueue(options);
}

class WaitingQueue implements WorkQueue {
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #hooks: QueueHooks;
  readonly #state = new QueueState();
  readonly #startedMsByKey = new Map<string, number>();
  readonly #takers = new Set<(taken: TakenKey | undefined) => void>();
  readonly #drained: (() => void)[] = [];
  #cancelTimer: () => void = () => {};
  #isShutDown = false;

  constructor({ clock = systemClock, rateLimiter = createRateLimiter(), hooks = {} }: WorkQueueOptions) {
    this.#clock = clock;
    this.#limiter = rateLimiter;
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#state.size;
  }

  add(key: string, { afterMs, rateLimited = false, priority = 0 }: AddOptions = {}): void {
    if (this.#isShutDown) return;
    const nowMs = this.#clock.now();
    let delayMs = Math.max(0, afterMs ?? 0);
    if (rateLimited) {
      const limitedMs = this.#limiter.next(key);
      delayMs = afterMs === undefined ? limitedMs : Math.min(delayMs, limitedMs);
      this.#hooks.retried?.(key);
    }
    if (!this.#state.add(key, { atMs: nowMs + delayMs, priority }, nowMs)) return;
    this.#hooks.added?.(key, this.#state.size);
    this.#handOut();
  }

  take(signal?: AbortSignal): Promise<TakenKey | undefined> {
    if (this.#isShutDown || signal?.aborted === true) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const leave = (): void => taker(undefined);
      const taker = (taken: TakenKey | undefined): void => {
        this.#takers.delete(taker);
        signal?.removeEventListener("abort", leave);
        resolve(taken);
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#takers.add(taker);
      this.#handOut();
    });
  }

  done(key: string): void {
    const nowMs = this.#clock.now();
    this.#hooks.done?.(key, nowMs - (this.#startedMsByKey.get(key) ?? nowMs));
    this.#startedMsByKey.delete(key);
    this.#state.done(key, nowMs);
    if (this.#isShutDown) this.#tellDrained();
    else this.#handOut();
  }

  forget(key: string): void {
    this.#limiter.forget(key);
  }

  failures(key: string): number {
    return this.#limiter.failures(key);
  }

  shutDown(): Promise<void> {
    this.#isShutDown = true;
    this.#cancelTimer();
    this.#state.clear();
    for (const taker of this.#takers) taker(undefined);
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#tellDrained();
    });
  }

  #handOut(): void {
    const nowMs = this.#clock.now();
    for (const taker of this.#takers) {
      const taken = this.#state.take(nowMs);
      if (taken === undefined) break;
      this.#startedMsByKey.set(taken.key, nowMs);
      this.#hooks.taken?.(taken.key, taken.waitedMs, this.#state.size);
      taker(taken);
    }
    this.#cancelTimer();
    const nextMs = this.#takers.size === 0 ? undefined : this.#state.nextAtMs();
    if (nextMs !== undefined) this.#cancelTimer = this.#clock.after(Math.max(0, nextMs - nowMs), () => this.#handOut());
  }

  #tellDrained(): void {
    if (this.#state.taken > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
