import { createReflector, resources, type ApiClient, type KubeObject } from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import type { AgentPod } from "./review-of-token.ts";

/** What the cache of pods needs. */
export interface AgentPodsOptions {
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly log: Logger;
  /** The agents' namespace, which is the operator's. */
  readonly namespace: string;
}

/** The pods that may be agents, among them the operator's own replicas. */
export interface AgentPods extends Part {
  byUid(uid: string): AgentPod | undefined;
  byName(name: string): AgentPod | undefined;
  /** All of them, as far as anybody reads them. */
  all(): Iterable<PodObject>;
  /** Whether all that existed at start are known. */
  synced(): boolean;
  /** Calls back after pods changed, with their uids. */
  subscribe(listener: (uids: readonly string[]) => void): () => void;
}

/** What `kubectl rollout restart` sets in a template, to make it another. */
export const restartAnnotation = "kubectl.kubernetes.io/restartedAt";

/** A pod as it is kept. */
export interface PodObject extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly PodCondition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface PodCondition {
  readonly type: string;
  readonly status: string;
}

interface ContainerStatus {
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

/** Creates the cache; it follows the cluster from `start` to `stop`. */
export function createAgentPods({ client, log, namespace }: AgentPodsOptions): AgentPods {
  const reflector = createReflector<PodObject>({
    client,
    log,
    namespace,
    resource: resources.pods,
    transform: onlyPlace,
    indexers: { uid: ({ metadata }) => [metadata.uid ?? ""] },
  });
  return {
    name: "agents' pods",
    start: (signal) => reflector.start(signal),
    stop: () => reflector.stop(),
    synced: () => reflector.synced(),
    all: () => reflector.objects.values(),
    subscribe: (listener) =>
      reflector.subscribe((changes) => listener(changes.map(({ object }) => object.metadata.uid ?? ""))),
    byUid: (uid) => toAgentPod(reflector.objects.byIndex("uid", uid)[0]),
    byName: (name) => toAgentPod(reflector.objects.get(`${namespace}/${name}`)),
  };
}

function toAgentPod(pod: PodObject | undefined): AgentPod | undefined {
  if (pod === undefined) return undefined;
  const { nodeName } = pod.spec ?? {};
  const { phase, conditions = [] } = pod.status ?? {};
  const isUnready = conditions.some(({ type, status }) => type === "Ready" && status !== "True");
  return { name: pod.metadata.name, ...(nodeName && { nodeName }), ...(phase && { phase }), isUnready };
}

/** Of a pod little else is read, and the rest is most of it. */
function onlyPlace({ apiVersion, kind, metadata, spec, status }: PodObject): PodObject {
  const { managedFields: _managed, annotations, ...names } = metadata;
  const restartedAt = annotations?.[restartAnnotation];
  const { phase, conditions = [], containerStatuses = [] } = status ?? {};
  const ready = conditions.flatMap(({ type, status }) => (type === "Ready" ? [{ type, status }] : []));
  const waiting = containerStatuses.flatMap(({ state }) => (state?.waiting ? [{ state }] : []));
  return {
    apiVersion,
    kind,
    metadata: { ...names, ...(restartedAt !== undefined && { annotations: { [restartAnnotation]: restartedAt } }) },
    ...(spec?.nodeName && { spec: { nodeName: spec.nodeName } }),
    status: {
      ...(phase && { phase }),
      ...(ready.length > 0 && { conditions: ready }),
      ...(waiting.length > 0 && { containerStatuses: waiting }),
    },
  };
}
