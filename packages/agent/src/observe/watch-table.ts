import type { Logger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import { isSameClock, type PtpClockObservation } from "@ptp/truth";
import type { NewsSubscription, NewsSubscriptionOptions } from "./news-subscription.ts";
import type { ManagementQuery } from "./ptp4l-round.ts";
import { createPtp4lWatch, type Ptp4lWatch } from "./ptp4l-watch.ts";

/** What a table of watches needs; keys are process keys. */
export interface WatchTableOptions {
  readonly query: ManagementQuery;
  readonly onObservations: (key: string, observations: readonly PtpClockObservation[]) => void;
  /** It answers for the first time since its start. */
  readonly onReady: (key: string, instance: Ptp4lInstance) => void;
  readonly onHung: (key: string) => void;
  /** Whether more measurements of it would soon decide something. */
  readonly isAcquiring: (key: string) => boolean;
  /** In how many milliseconds a round is due by time alone; undefined: it is not. */
  readonly dueInMs: (key: string) => number | undefined;
  /** Has ptp4l tell of its changes; absent: it is asked and nothing else. */
  readonly subscribe?:
    ((instance: Ptp4lInstance, onNews: NewsSubscriptionOptions["onNews"]) => NewsSubscription) | undefined;
  readonly log: Logger;
}

/** The watches of all ptp4l instances of a plan. */
export interface WatchTable {
  /** Makes the table hold exactly these; returns the keys of those whose watch is new. */
  follow(instances: readonly Ptp4lInstance[]): readonly string[];
  get(key: string): Ptp4lWatch | undefined;
  stop(): Promise<void>;
}

/** Creates an empty table. */
export function createWatchTable(options: WatchTableOptions): WatchTable {
  const entries = new Map<string, { readonly instance: Ptp4lInstance; readonly watch: Ptp4lWatch }>();
  /** Ends of former watches of a key. */
  const ending = new Map<string, Promise<unknown>>();
  const end = (key: string): void => {
    const stopped = Promise.allSettled([ending.get(key), entries.get(key)?.watch.stop()]);
    entries.delete(key);
    const over: Promise<unknown> = stopped.finally(() => ending.get(key) === over && ending.delete(key));
    ending.set(key, over);
  };
  return {
    follow: (instances) => {
      const wanted = new Map(instances.map((instance) => [instance.key, instance]));
      for (const [key, { instance }] of entries) {
        const next = wanted.get(key);
        if (next === undefined || !isSameClock(instance, next)) end(key);
      }
      const added = instances.filter(({ key }) => !entries.has(key));
      for (const instance of added) {
        const watch = createWatch(options, instance, ending.get(instance.key));
        entries.set(instance.key, { instance, watch });
      }
      return added.map(({ key }) => key);
    },
    get: (key) => entries.get(key)?.watch,
    stop: async () => {
      for (const key of entries.keys()) end(key);
      await Promise.all(ending.values());
    },
  };
}

/** Its subscription begins after `former` has ended: both have their socket at one path, and closing one removes that file. */
function createWatch(
  options: WatchTableOptions,
  instance: Ptp4lInstance,
  former: Promise<unknown> = Promise.resolve(),
): Ptp4lWatch {
  const { key } = instance;
  const news = options.subscribe?.(instance, (told) => watch.hear(told));
  const watch = createPtp4lWatch({
    instance,
    query: options.query,
    hearNews: () => news?.hearNow(),
    onObservations: (observations) => options.onObservations(key, observations),
    onReady: () => {
      if (news !== undefined) void former.then(() => news.begin());
      options.onReady(key, instance);
    },
    onHung: () => options.onHung(key),
    dueInMs: () => options.dueInMs(key),
    isHurried: () => options.isAcquiring(key) && instance.clockType !== "GM",
    log: options.log,
  });
  return { ...watch, stop: async () => void (await Promise.all([news?.stop(), watch.stop()])) };
}
