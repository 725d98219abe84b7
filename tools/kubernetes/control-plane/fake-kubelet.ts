import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type ApiClient } from "./api-client.ts";

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status?: { readonly phase?: string };
}

/**
 * Plays the kubelet of every node: pods bound to a node are Running and Ready at once, deleted ones vanish at once.
 * Ends with `signal`; survives restarts of the API server.
 */
export async function runFakeKubelet(api: ApiClient, signal: AbortSignal): Promise<void> {
  let pods = 0;
  const play = async (pod: Pod): Promise<void> => {
    if (pod.spec.nodeName === undefined) return;
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
    if (pod.metadata.deletionTimestamp !== undefined) {
      await api.request("DELETE", path, { gracePeriodSeconds: 0 });
    } else if (pod.status?.phase === "Pending") {
      const status = runningStatus(pod, podAddress((pods += 1)), new Date());
      await api.request("PATCH", `${path}/status`, { status }, "application/merge-patch+json");
    }
  };
  while (!signal.aborted) {
    // An API server that is down or just starting is waited for.
    await watchOnce(api, play, signal).catch(() => undefined);
    await sleep(100, undefined, { signal }).catch(() => undefined);
  }
}

/** Plays all pods there are and those that come, until the API server is gone or a pod could not be played. */
async function watchOnce(api: ApiClient, play: (pod: Pod) => Promise<void>, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const playSafely = (pod: Pod): void => {
    play(pod).catch((error: unknown) => {
      // What another has deleted or changed meanwhile comes as an event; all else is tried again with the next list.
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) failed.abort();
    });
  };
  const list = (await api.request("GET", "/api/v1/pods")) as {
    readonly metadata: { readonly resourceVersion: string };
    readonly items: readonly Pod[];
  };
  for (const pod of list.items) playSafely(pod);
  const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`;
  await api.watch(
    `/api/v1/pods?${query}`,
    ({ type, object }) => {
      if (type === "ADDED" || type === "MODIFIED") playSafely(object as Pod);
    },
    AbortSignal.any([signal, failed.signal]),
  );
}

/** Loopback addresses would be refused in EndpointSlices. */
function podAddress(number: number): string {
  return `10.${244 + ((number >> 16) & 7)}.${(number >> 8) & 255}.${number & 255}`;
}

function runningStatus(pod: Pod, podIP: string, now: Date): object {
  const time = now.toISOString();
  const conditions = ["PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready"];
  return {
    phase: "Running",
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: time,
    conditions: conditions.map((type) => ({ type, status: "True", lastTransitionTime: time })),
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: "fake",
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: time } },
    })),
  };
}
