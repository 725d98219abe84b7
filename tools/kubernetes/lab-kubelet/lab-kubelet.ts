import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../lab/lab.ts";
import { ApiError } from "../control-plane/api-client.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { followPods } from "../control-plane/follow-pods.ts";
import { planContainer } from "./container-plan.ts";
import { podStatus } from "./pod-status.ts";
import type { LabContainer, LabPod } from "./pod.ts";
import { projectVolumes } from "./project-volumes.ts";
import { runContainer, type RunningContainer } from "./run-container.ts";

/** Which pods run where, and as what. */
export interface LabKubeletOptions {
  readonly plane: Pick<ControlPlane, "api" | "serviceAccountToken">;
  /** Hosts by the names of the nodes they are; pods of other nodes are left alone. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** The words before a container's arguments, in place of its image; undefined: nothing runs, and it counts as ready. */
  readonly programOf: (container: LabContainer, pod: LabPod) => readonly string[] | undefined;
}

/** Kubelets of some nodes that run containers as plain programs in the hosts of a lab. */
export interface LabKubelet {
  /** What the programs of a node's pods have printed. */
  lines(nodeName: string): readonly string[];
  /** Numbers, outside the hosts, of the programs that run on a node. */
  pids(nodeName: string): Promise<readonly number[]>;
  /** Ends all programs. */
  close(): Promise<void>;
}

/** Starts the kubelets. Images, limits, security contexts and probes other than readiness by HTTP have no meaning here. */
export function startLabKubelet(options: LabKubeletOptions): LabKubelet {
  const { plane, hosts } = options;
  const closing = new AbortController();
  const runs = new Map<string, PodRun>();
  const changed = async (pod: LabPod): Promise<void> => {
    const host = hosts.get(pod.spec.nodeName ?? "");
    if (host === undefined) return;
    const { uid, deletionTimestamp } = pod.metadata;
    const run = runs.get(uid);
    if (deletionTimestamp !== undefined) await (run ?? new PodRun(pod, host, options)).end(pod);
    else if (run === undefined) {
      const started = new PodRun(pod, host, options);
      runs.set(uid, started);
      void started.start(closing.signal);
    }
  };
  const gone = ({ metadata: { uid } }: LabPod): void => {
    void runs.get(uid)?.kill();
    runs.delete(uid);
  };
  const following = followPods<LabPod>(plane.api, { changed, gone }, closing.signal);
  const on = (nodeName: string) => [...runs.values()].filter(({ pod }) => pod.spec.nodeName === nodeName);
  return {
    lines: (nodeName) => on(nodeName).flatMap((run) => run.lines()),
    pids: async (nodeName) => (await Promise.all(on(nodeName).map((run) => run.pids()))).flat(),
    close: async () => {
      closing.abort();
      await Promise.all([...runs.values()].map((run) => run.kill()));
      await following;
    },
  };
}

class PodRun {
  readonly pod: LabPod;
  readonly #host: Host;
  readonly #options: LabKubeletOptions;
  readonly #path: string;
  readonly #startTime = new Date().toISOString();
  readonly #ending = new AbortController();
  #containers: readonly (RunningContainer | undefined)[] = [];
  #telling: Promise<void> = Promise.resolve();
  #ended: Promise<void> | undefined;

  constructor(pod: LabPod, host: Host, options: LabKubeletOptions) {
    this.pod = pod;
    this.#host = host;
    this.#options = options;
    this.#path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
  }

  lines(): readonly string[] {
    return this.#running().flatMap((container) => container.lines());
  }

  async pids(): Promise<readonly number[]> {
    const pids = await Promise.all(this.#running().map((container) => container.pid()));
    return pids.flatMap((pid) => pid ?? []);
  }

  /** Retries until the volumes are there, as kubelets do. */
  async start(closing: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([closing, this.#ending.signal]);
    while (!signal.aborted) {
      const isReady = await projectVolumes(this.pod, this.#host, this.#options.plane).then(
        () => true,
        () => false,
      );
      if (signal.aborted) return;
      if (isReady) break;
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    const changed = () => void (this.#telling = this.#telling.then(() => this.#tell()));
    this.#containers = this.pod.spec.containers.map((container) => {
      const words = this.#options.programOf(container, this.pod);
      const plan = planContainer(this.pod, container);
      const argv = [...(words ?? []), ...plan.args];
      return words === undefined ? undefined : runContainer({ host: this.#host, argv, plan, changed });
    });
    changed();
  }

  /** Ends the containers in order, then the pod itself. */
  async end({ metadata: { uid, deletionGracePeriodSeconds: grace = 30 } }: LabPod): Promise<void> {
    await this.#stop(grace * 1000);
    await this.#options.plane.api.request("DELETE", this.#path, { gracePeriodSeconds: 0, preconditions: { uid } });
  }

  kill(): Promise<void> {
    return this.#stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#ending.abort();
    this.#ended ??= Promise.all(this.#running().map((container) => container.stop(graceMs))).then(() => undefined);
    await this.#ended;
  }

  #running(): readonly RunningContainer[] {
    return this.#containers.filter((container) => container !== undefined);
  }

  /** Until the API server takes it, however long that is down: there may be no other change that would tell it. */
  async #tell(): Promise<void> {
    const here = { running: true, ready: true, restartCount: 0 };
    while (!this.#ending.signal.aborted) {
      const stands = this.#containers.map((container) => container?.stand() ?? here);
      const status = podStatus(this.pod, stands, this.#startTime, new Date().toISOString());
      const body = [{ status }, "application/merge-patch+json"] as const;
      try {
        await this.#options.plane.api.request("PATCH", `${this.#path}/status`, ...body);
        return;
      } catch (error) {
        if (isGone(error)) return;
        if (isRefusal(error)) throw error;
        await sleep(200);
      }
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Whether the server was there and would say the same again. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500 && error.status !== 429;
}
