import type { ApiClient } from "./api-client.ts";
import { followPods, type FollowedPod } from "./follow-pods.ts";

interface Pod extends FollowedPod {
  readonly metadata: FollowedPod["metadata"] & { readonly deletionTimestamp?: string };
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
  await followPods<Pod>(api, { changed: play }, signal);
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
