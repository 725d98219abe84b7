import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../control-plane/api-client.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { followPods } from "../control-plane/follow-pods.ts";
import type { LabContainer, LabPod } from "../lab-kubelet/pod.ts";
import { podStatus } from "../lab-kubelet/pod-status.ts";
import { startLocalProgram, type LocalProgram } from "./local-program.ts";

/** Which pods run as what. */
export interface ProgramPodsOptions {
  readonly plane: ControlPlane;
  /** The words before a container's arguments, in place of its image; undefined: nothing runs, and it counts as ready. */
  readonly programOf: (container: LabContainer, pod: LabPod) => readonly string[] | undefined;
  /** Pods of other nodes are left alone; absent: all nodes. */
  readonly nodeNames?: readonly string[];
}

/** Kubelets of all nodes that run some pods as plain processes of this machine. */
export interface ProgramPods {
  /** What the programs of pods whose name starts so have printed, gone ones too. */
  lines(namePrefix: string): readonly string[];
  /** The programs that run now, by pod name. */
  running(): ReadonlyMap<string, LocalProgram>;
  /** Ends all programs. */
  close(): Promise<void>;
}

/**
 * Starts the kubelets: the program of a pod's first container runs with the pod's arguments, files and ServiceAccount; ports
 * are free ones of 127.0.0.1. No root is needed, and no container is there. Pods of Jobs end with their program.
 */
export function playProgramPods(options: ProgramPodsOptions): ProgramPods {
  const closing = new AbortController();
  const runs = new Map<string, PodRun>();
  const changed = async (pod: LabPod): Promise<void> => {
    const { nodeName } = pod.spec;
    if (nodeName === undefined || options.nodeNames?.includes(nodeName) === false) return;
    const { uid, deletionTimestamp } = pod.metadata;
    const run = runs.get(uid) ?? new PodRun(pod, options, closing.signal);
    if (deletionTimestamp !== undefined) return run.remove(pod);
    if (runs.has(uid)) return;
    runs.set(uid, run);
    void run.live();
  };
  const gone = (pod: LabPod) => void runs.get(pod.metadata.uid)?.stop(0);
  const following = followPods<LabPod>(options.plane.api, { changed, gone }, closing.signal);
  const all = () => [...runs.values()];
  return {
    lines: (prefix) => all().flatMap((run) => (run.pod.metadata.name.startsWith(prefix) ? run.lines() : [])),
    running: () =>
      new Map(all().flatMap(({ pod, program }) => (program ? [[pod.metadata.name, program] as const] : []))),
    close: async () => {
      closing.abort();
      await Promise.all(all().map((run) => run.stop(0)));
      await following;
    },
  };
}

interface JobPod extends LabPod {
  readonly spec: LabPod["spec"] & { readonly restartPolicy?: string };
}

class PodRun {
  readonly pod: JobPod;
  readonly #options: ProgramPodsOptions;
  readonly #startTime = new Date().toISOString();
  readonly #path: string;
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lines: (readonly string[])[] = [];
  program: LocalProgram | undefined;

  constructor(pod: LabPod, options: ProgramPodsOptions, closing: AbortSignal) {
    this.pod = pod;
    this.#options = options;
    this.#signal = AbortSignal.any([closing, this.#ending.signal]);
    this.#path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
  }

  lines(): readonly string[] {
    return this.#lines.flat();
  }

  /** Runs until the pod ends; starts again what exits, unless the pod is a Job's. */
  async live(): Promise<void> {
    const [container] = this.pod.spec.containers;
    const words = container && this.#options.programOf(container, this.pod);
    if (container === undefined || words === undefined) return this.#tell(true, 0);
    for (let restarts = 0; !this.#signal.aborted; restarts += 1) {
      const code = await this.#runOnce(container, words, restarts).catch(() => undefined);
      if (this.#signal.aborted) return;
      if (this.pod.spec.restartPolicy === "Never" && code !== undefined) return this.#tellEnd(code);
      await this.#pause(500 * 2 ** Math.min(restarts, 4));
    }
  }

  async stop(graceMs: number): Promise<void> {
    this.#ending.abort();
    await this.program?.stop(graceMs);
  }

  async remove({ metadata: { uid, deletionGracePeriodSeconds: grace = 30 } }: LabPod): Promise<void> {
    await this.stop(grace * 1000);
    await this.#options.plane.api.request("DELETE", this.#path, { gracePeriodSeconds: 0, preconditions: { uid } });
  }

  async #runOnce(container: LabContainer, words: readonly string[], restarts: number): Promise<number | undefined> {
    const { plane } = this.#options;
    const program = await startLocalProgram({ plane, pod: this.pod, container, words });
    this.program = program;
    this.#lines.push(program.lines);
    if (this.#signal.aborted) await program.stop(0);
    const over = new AbortController();
    const exited = program.exited.finally(() => over.abort());
    const life = AbortSignal.any([over.signal, this.#signal]);
    let told: boolean | undefined;
    for (let round = 1; !life.aborted; round += 1) {
      if (round % 10 === 0) await program.refreshFiles();
      const isReady = await program.isReady();
      if (isReady !== told && !life.aborted) await this.#tell(isReady, restarts);
      told = isReady;
      await Promise.race([exited, this.#pause(200)]);
    }
    const code = await exited;
    this.program = undefined;
    return code;
  }

  async #tell(isReady: boolean, restartCount: number): Promise<void> {
    const stands = this.pod.spec.containers.map(() => ({ running: true, ready: isReady, restartCount }));
    await this.#patch(podStatus(this.pod, stands, this.#startTime, new Date().toISOString()));
  }

  async #tellEnd(exitCode: number): Promise<void> {
    const finishedAt = new Date().toISOString();
    const state = { terminated: { exitCode, startedAt: this.#startTime, finishedAt } };
    const containerStatuses = this.pod.spec.containers.map(({ name, image }) => {
      return { name, image, imageID: "lab", ready: false, started: false, restartCount: 0, state };
    });
    await this.#patch({ phase: exitCode === 0 ? "Succeeded" : "Failed", containerStatuses });
  }

  /** Again while the API server is away; what is gone needs no status. */
  async #patch(status: object): Promise<void> {
    const { api } = this.#options.plane;
    for (let attempt = 0; attempt < 50 && !this.#signal.aborted; attempt += 1) {
      try {
        await api.request("PATCH", `${this.#path}/status`, { status }, "application/merge-patch+json");
        return;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return;
        await this.#pause(200);
      }
    }
  }

  async #pause(delayMs: number): Promise<void> {
    await sleep(delayMs, undefined, { signal: this.#signal }).catch(() => undefined);
  }
}
