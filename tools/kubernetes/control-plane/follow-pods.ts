import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type ApiClient } from "./api-client.ts";

/** What is read of any pod. */
export interface FollowedPod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
}

/** What to do about pods; what throws is tried again with the next list, but for 404 and 409. */
export interface PodHandlers<T> {
  readonly changed: (pod: T) => Promise<void>;
  readonly gone?: (pod: T) => void;
}

/** Tells of all pods there are and of those that come, until `signal`; survives restarts of the API server. */
export async function followPods<T extends FollowedPod>(
  api: ApiClient,
  handlers: PodHandlers<T>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // An API server that is down or just starting is waited for.
    await followOnce(api, handlers, signal).catch(() => undefined);
    await sleep(100, undefined, { signal }).catch(() => undefined);
  }
}

/** One list and one watch, until the API server is gone or a pod could not be handled. */
async function followOnce<T extends FollowedPod>(
  api: ApiClient,
  { changed, gone }: PodHandlers<T>,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const change = (pod: T): void => {
    changed(pod).catch((error: unknown) => {
      // What another has deleted or changed meanwhile comes as an event; all else is tried again with the next list.
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) failed.abort();
    });
  };
  const list = (await api.request("GET", "/api/v1/pods")) as {
    readonly metadata: { readonly resourceVersion: string };
    readonly items: readonly T[];
  };
  for (const pod of list.items) change(pod);
  const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`;
  await api.watch(
    `/api/v1/pods?${query}`,
    ({ type, object }) => {
      if (type === "ADDED" || type === "MODIFIED") change(object as T);
      if (type === "DELETED") gone?.(object as T);
    },
    AbortSignal.any([signal, failed.signal]),
  );
}
