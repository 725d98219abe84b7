import type { NodeMatch } from "@ptp/api";
import { hasStatus, resourcePath, type ApiClient, type KubeObject } from "@ptp/cluster";
import { createBackoff, messageOf, sleep, type Logger, type Part } from "@ptp/kit";
import type { Resolved } from "../reconcile/reconciler.ts";
import { statusResources } from "../store/cluster-reflectors.ts";
import { keyOf, keyText, type ObjectKey, type StatusKey } from "../store/object-key.ts";
import type { ObjectStatus, Store } from "../store/store.ts";
import { longestMatchList } from "../status/summarise.ts";
import { withOwnMatches } from "./own-matches.ts";

/** What writes one node's entries into the match lists. */
export interface OwnMatchWriterOptions {
  readonly nodeName: string;
  readonly client: Pick<ApiClient, "request">;
  /** The statuses as the watch has them. */
  readonly store: Pick<Store, "statusOf">;
  readonly last: () => MatchSources | undefined;
  readonly log: Logger;
  /** A write failed. */
  readonly failed: () => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The part of what was resolved that decides them. */
export interface MatchSources {
  readonly state: Pick<Resolved["state"], "objects">;
  readonly resolution: Pick<Resolved["resolution"], "status">;
}

/** Keeps the node's own entries in the match lists of all PtpConfigs and NodePTPCfgs. */
export interface OwnMatchWriter extends Part {
  /** Something changed that they depend on. */
  touch(): void;
}

/** What changed within this time is one pass. */
const gatherMs = 200;
const retryMs = { initialMs: 500, maxMs: 30_000 } as const;

/** Creates the writer; one pass at a time, and an object is asked for only if the watch shows that it must change. */
export function createOwnMatchWriter(options: OwnMatchWriterOptions): OwnMatchWriter {
  const { random } = options;
  const stopping = new AbortController();
  const backoff = createBackoff({ ...retryMs, random });
  let wake = Promise.withResolvers<void>();
  let running: Promise<void> = Promise.resolve();
  const pass = async (): Promise<void> => {
    const writing = writeAll(options, stopping.signal);
    const isDone = await writing.catch((error: unknown) => notWritten(options, error));
    if (isDone) return backoff.reset();
    await sleep(backoff.next(), stopping.signal);
    wake.resolve();
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await wake.promise;
      await sleep(gatherMs, stopping.signal);
      wake = Promise.withResolvers();
      if (!stopping.signal.aborted) await pass();
    }
  };
  return {
    name: "own matches",
    start: () => {
      running = run();
      return Promise.resolve();
    },
    stop: async () => {
      stopping.abort();
      wake.resolve();
      await running;
    },
    touch: () => wake.resolve(),
  };
}

/** Writes what has to change; what is refused for good keeps no other object from its match list. Returns whether all is done. */
async function writeAll(options: OwnMatchWriterOptions, signal: AbortSignal): Promise<boolean> {
  let isDone = true;
  for (const [key, own] of wantedMatches(options)) {
    try {
      await writeOwn(key, own, options, signal);
    } catch (error) {
      if (signal.aborted) return true;
      isDone = notWritten(options, error, key);
    }
  }
  return isDone;
}

function notWritten({ log, failed }: OwnMatchWriterOptions, error: unknown, key?: StatusKey): false {
  failed();
  const object = key && { object: keyText(key) };
  log.error("matchList not written; trying again", { ...object, error: messageOf(error) });
  return false;
}

/** Of each object whose match list is not as it should be for this node: what it should tell. */
function wantedMatches(options: OwnMatchWriterOptions): readonly (readonly [StatusKey, readonly NodeMatch[]])[] {
  const { nodeName, last, store } = options;
  const resolved = last();
  if (resolved === undefined) return [];
  return [...resolved.state.objects.values()].flatMap((document) => {
    const key = keyOf(document);
    if (!hasMatchList(key)) return [];
    const all = resolved.resolution.status.get(keyText(key))?.matchList ?? [];
    const own = all.filter((match) => match.nodeName === nodeName);
    const change = withOwnMatches(matchListOf(store.statusOf(key)), nodeName, own, longestMatchList);
    return change === undefined ? [] : [[key, own] as const];
  });
}

/**
 * Gets the object, changes this node's entries and puts its status back. The version in it is the lock: whoever else
 * wrote in between makes this a conflict, and the whole is done again with what is there then.
 */
async function writeOwn(
  key: StatusKey,
  own: readonly NodeMatch[],
  { client, nodeName, random }: OwnMatchWriterOptions,
  signal: AbortSignal,
): Promise<void> {
  const { kind, namespace, name } = key;
  const resource = statusResources[kind];
  const backoff = createBackoff({ initialMs: 20, maxMs: 1_000, random });
  for (;;) {
    try {
      const path = resourcePath(resource, { namespace, name });
      const object = (await client.request({ method: "GET", path, signal })) as WithStatus;
      const matchList = withOwnMatches(matchListOf(object.status), nodeName, own, longestMatchList);
      if (matchList === undefined) return;
      const body = { ...object, status: { ...object.status, matchList } };
      await client.request({ method: "PUT", path: `${path}/status`, body, signal });
      return;
    } catch (error) {
      // Gone: its match list went with it.
      if (hasStatus(error, 404)) return;
      if (!hasStatus(error, 409)) throw error;
      await sleep(backoff.next(), signal);
      signal.throwIfAborted();
    }
  }
}

interface WithStatus extends KubeObject {
  readonly status?: ObjectStatus;
}

function hasMatchList(key: ObjectKey): key is StatusKey {
  return key.kind === "PtpConfig" || key.kind === "NodePTPCfg";
}

/** What others wrote by the schema, which knows these two fields. */
function matchListOf(status: ObjectStatus | undefined): readonly NodeMatch[] | undefined {
  const { matchList } = (status ?? {}) as { readonly matchList?: readonly NodeMatch[] };
  return matchList;
}
