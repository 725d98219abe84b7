import { createBackoff, messageOf, type Backoff, type Logger, type Part } from "@ptp/kit";
import { systemClock, wait, type Clock } from "../clock.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { ApiError, fromConnection, fromStatus, hasStatus, isSilence } from "../connection/api-error.ts";
import { objectKey, type KubeObject } from "../objects/kube-object.ts";
import { resourceName, resourcePath } from "../objects/resource.ts";
import { listPages, selectorQuery, type Selection } from "./list-pages.ts";
import { firstState, nextStep, type Outcome, type ReflectorState, type Step } from "./next-step.ts";
import { createObjectCache, isSameVersion, type Change, type Indexer, type ObjectReader } from "./object-cache.ts";
import { isOlderVersion, readWatchEvent, type WatchEvent } from "./watch-event.ts";

/** Periods of a reflector. */
export interface ReflectorSettings {
  /** Objects a page of a list; default 500. */
  readonly pageSize: number;
  /** A watch ends after a random time between these two; default 5 and 10 minutes. */
  readonly watchMinMs: number;
  readonly watchMaxMs: number;
  /** Silence after which a connection counts as half open. The server sends bookmarks every minute; default 130 000. */
  readonly idleMs: number;
  /** Waits after failures; default 250 and 10 000. */
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** What is told about a reflector's work, for metrics. */
export interface ReflectorHooks {
  readonly listed?: (objects: number) => void;
  readonly came?: (outcome: Outcome["type"]) => void;
}

/** What a reflector needs. */
export interface ReflectorOptions<T extends KubeObject> extends Selection<T> {
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly log: Logger;
  readonly indexers?: Readonly<Record<string, Indexer<T>>>;
  /** Drops what nobody reads before an object is kept; must return a new value rather than change the one given. */
  readonly transform?: (object: T) => T;
  readonly settings?: Partial<ReflectorSettings>;
  readonly hooks?: ReflectorHooks;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/** Called after the cache changed; `initial` while the objects that existed at start are told. Level, not edge. */
export type ChangeListener<T extends KubeObject> = (changes: readonly Change<T>[], initial: boolean) => void;

/** A copy of some objects of the API server that follows them, whatever happens to the connection. */
export interface Reflector<T extends KubeObject> extends Part {
  readonly objects: ObjectReader<T>;
  /** True once everything that existed at start is in `objects`; stays true. */
  synced(): boolean;
  subscribe(listener: ChangeListener<T>): () => void;
  /** Why the copy may be out of date: the last list or watch failed and none has succeeded since. */
  problem(): ApiError | undefined;
}

const defaults: ReflectorSettings = {
  pageSize: 500,
  watchMinMs: 300_000,
  watchMaxMs: 600_000,
  idleMs: 130_000,
  initialBackoffMs: 250,
  maxBackoffMs: 10_000,
};

/** Creates a reflector; it runs from `start` to `stop`. `start` does not wait for the first list. */
export function createReflector<T extends KubeObject>(options: ReflectorOptions<T>): Reflector<T> {
  return new ListWatch(options);
}

class ListWatch<T extends KubeObject> implements Reflector<T> {
  readonly name: string;
  readonly #options: ReflectorOptions<T>;
  readonly #settings: ReflectorSettings;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #cache;
  readonly #listeners = new Set<ChangeListener<T>>();
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #state: ReflectorState = firstState;
  #version = "";
  #synced = false;
  #problem: ApiError | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.name = `reflector of ${resourceName(options.resource)}`;
    this.#options = options;
    this.#settings = { ...defaults, ...options.settings };
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    const { initialBackoffMs: initialMs, maxBackoffMs: maxMs } = this.#settings;
    this.#backoff = createBackoff({ initialMs, maxMs, random: this.#random });
    this.#cache = createObjectCache<T>(options.indexers);
  }

  get objects(): ObjectReader<T> {
    return this.#cache;
  }

  synced(): boolean {
    return this.#synced;
  }

  problem(): ApiError | undefined {
    return this.#problem;
  }

  subscribe(listener: ChangeListener<T>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#running = this.#run(AbortSignal.any([signal, this.#stop.signal]));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const outcome = await (this.#state.phase === "list" ? this.#list(signal) : this.#watch(signal));
      if (signal.aborted) return;
      this.#options.hooks?.came?.(outcome.type);
      this.#note(outcome);
      const { state, delay } = nextStep(this.#state, outcome);
      this.#state = state;
      const delayMs = this.#delayMs(delay);
      if (delayMs > 0) await wait(this.#clock, delayMs, signal);
    }
  }

  #delayMs(delay: Step["delay"]): number {
    if (delay.type === "none") return 0;
    // A server that named a time gets some jitter on top of it, so that not all clients come back at once.
    return Math.max(this.#backoff.next(), delay.atLeastMs * (1 + 0.2 * this.#random()));
  }

  async #list(signal: AbortSignal): Promise<Outcome> {
    const { client, resource, hooks } = this.#options;
    try {
      const keep = (object: T) => this.#keep(object);
      const { pageSize } = this.#settings;
      const { objects, resourceVersion } = await listPages(client, this.#options, { pageSize, signal, keep });
      this.#version = resourceVersion;
      hooks?.listed?.(objects.length);
      const initial = !this.#synced;
      this.#synced = true;
      this.#tell(this.#cache.replace(objects), initial);
      return { type: "listed" };
    } catch (error) {
      return { type: "failed", error: fromConnection(error, { method: "GET", path: resourcePath(resource) }) };
    }
  }

  async #watch(signal: AbortSignal): Promise<Outcome> {
    const line = { method: "GET", path: resourcePath(this.#options.resource, this.#options), watch: true } as const;
    let sawBytes = false;
    try {
      for await (const value of this.#options.client.stream(this.#watchRequest(line.path, signal))) {
        sawBytes = true;
        const outcome = this.#take(readWatchEvent(value), line);
        if (outcome !== undefined) return outcome;
      }
      return { type: "ended", sawBytes };
    } catch (caught) {
      if (isSilence(caught)) return { type: "silent", sawBytes };
      const error = fromConnection(caught, line);
      return hasStatus(error, 410) ? { type: "stale", error } : { type: "failed", error, sawBytes };
    }
  }

  #watchRequest(path: string, signal: AbortSignal) {
    const { watchMinMs, watchMaxMs, idleMs } = this.#settings;
    const timeoutSeconds = Math.ceil((watchMinMs + this.#random() * (watchMaxMs - watchMinMs)) / 1000);
    const query = {
      ...selectorQuery(this.#options),
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: this.#version,
      timeoutSeconds,
    };
    return { method: "GET", path, query, signal, idleMs, opened: () => this.#recover() } as const;
  }

  /** Takes in one event; returns the outcome if it ends the watch. */
  #take(event: WatchEvent, line: { readonly method: string; readonly path: string }): Outcome | undefined {
    if (event.type === "error") {
      const { code } = event.status;
      const status = typeof code === "number" ? code : 500;
      return { type: "stale", error: fromStatus(status, event.status, { ...line, watch: true }) };
    }
    this.#backoff.reset();
    if (event.type === "unknown") {
      this.#options.log.warn("a line of the watch is not understood", { part: this.name, line: event.text });
      return undefined;
    }
    const version = event.type === "bookmark" ? event.resourceVersion : (event.object.metadata.resourceVersion ?? "");
    // An etcd restored from a backup counts from an earlier version: all it has to tell would count as old to the watch.
    if (event.type === "bookmark" && isOlderVersion(version, this.#version)) return { type: "stale" };
    this.#version = version;
    if (event.type === "deleted") this.#tell(this.#cache.remove(objectKey(event.object)), false);
    else if (event.type === "changed") {
      const object = this.#keep(event.object as T);
      if (object !== undefined) this.#tell(this.#cache.put(object), false);
    }
    return undefined;
  }

  /** The value that is kept of an object: the one there is, if it is the same version. */
  #keep(object: T): T | undefined {
    const { transform, log } = this.#options;
    const key = objectKey(object);
    const known = this.#cache.get(key);
    if (known !== undefined && isSameVersion(known, object)) return known;
    try {
      return transform === undefined ? object : transform(object);
    } catch (error) {
      log.error("an object cannot be taken in", { part: this.name, object: key, error: messageOf(error) });
      return undefined;
    }
  }

  #tell(changes: readonly Change<T>[], initial: boolean): void {
    if (changes.length === 0 && !initial) return;
    for (const listener of this.#listeners) {
      try {
        listener(changes, initial);
      } catch (error) {
        // One listener's mistake must not end what the others hear.
        this.#options.log.error("a listener failed", { part: this.name, error: messageOf(error) });
      }
    }
  }

  #recover(): void {
    if (this.#problem !== undefined) this.#options.log.info("follows the cluster again", { part: this.name });
    this.#problem = undefined;
  }

  #note(outcome: Outcome): void {
    const { log } = this.#options;
    if (outcome.type === "listed") this.#recover();
    if (outcome.type === "stale") log.info("lists anew", { part: this.name, error: outcome.error?.message });
    if (outcome.type !== "failed") return;
    const { error } = outcome;
    // A watch that broke is daily business; the next one tells whether anything is wrong.
    const isDaily = error.status === 0 && this.#state.phase === "watch" && this.#state.failedWatches === 0;
    if (isDaily) return;
    if (error.message !== this.#problem?.message) {
      log.warn("cannot follow the cluster; trying on", { part: this.name, error: error.message });
    }
    this.#problem = error;
  }
}
