import { isDeepStrictEqual } from "node:util";
import {
  createApplier,
  createController,
  createRateLimiter,
  createWorkQueue,
  isOlderVersion,
  resourcePath,
  resources,
  type AnyObject,
  type ApiClient,
  type Clock,
  type LeaderElection,
  type ReconcileContext,
  type ReconcileResult,
} from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import type { AgentPods } from "../../identity/agent-pods.ts";
import type { ClusterStore } from "../../store/cluster-store.ts";
import { daemonSets } from "../operator-config/resources.ts";
import { daemonSetStand, nodeStand, podStand } from "./cluster-stands.ts";
import { decideRollout } from "./decide-rollout.ts";
import { formatJournal, journalAnnotation } from "./journal.ts";
import type {
  FinishedUpdate,
  PodStand,
  RolloutFacts,
  RolloutView,
  UpdateMode,
  UpdateSettings,
} from "./rollout-view.ts";

/** What the update of agents needs. */
export interface RolloutOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly log: Logger;
  readonly store: Pick<ClusterStore, "state" | "statusOf" | "synced" | "subscribeStatus" | "isNodeLost">;
  readonly pods: Pick<AgentPods, "all" | "synced" | "subscribe">;
  /** Undefined: this operator has no other replicas. */
  readonly election: Pick<LeaderElection, "isLeading" | "fence" | "subscribe"> | undefined;
  readonly namespace: string;
  /** The agents' DaemonSet as the watch has it; undefined while there is none. */
  readonly daemonSet: () => AnyObject | undefined;
  /** Nodes that shall have an agent. */
  readonly nodeNames: () => readonly string[];
  readonly settings: () => UpdateSettings;
  readonly nowUnixMs: () => number;
  /** How the update stands is another. */
  readonly changed: () => void;
  readonly finished: (update: FinishedUpdate) => void;
  /** When passes come; default: the system's. */
  readonly clock?: Clock;
}

/** Replaces agents that are not of the newest template, as long as this replica leads. */
export interface Rollout extends Part {
  /** How it stands; undefined where nothing is known, as on replicas that do not lead. */
  facts(): RolloutFacts | undefined;
  /** The DaemonSet, or what it is made of, may be another. */
  wake(): void;
}

/** Annotation of the PtpOperatorConfig `default`: `paused` or `all-at-once`. */
export const switchAnnotation = "ptp.openshift.io/agent-update";

/** Changes that come together are one pass: nodes tell how they are all the time. */
const coalesceMs = 500;

const key = "agents";

/** Creates the part. */
export function createRollout(options: RolloutOptions): Rollout {
  const { log, store, pods, election, clock } = options;
  const rateLimiter = createRateLimiter({ baseMs: 200, maxMs: 30_000 });
  const queue = createWorkQueue({ rateLimiter, ...(clock && { clock }) });
  const pass = new RolloutPass(options);
  const wake = (): void => queue.add(key, { afterMs: coalesceMs });
  const reconcile = (_key: string, context: ReconcileContext) => pass.run(context);
  const controller = createController({ name: "agent update", queue, reconcile, log });
  const unsubscribes: (() => void)[] = [];
  return {
    name: controller.name,
    facts: () => ((election?.isLeading() ?? true) ? pass.facts() : undefined),
    wake,
    start: async (signal) => {
      unsubscribes.push(store.subscribeStatus(wake), pods.subscribe(wake), election?.subscribe(wake) ?? (() => {}));
      await controller.start(signal);
      wake();
    },
    stop: async () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
      await controller.stop();
    },
  };
}

class RolloutPass {
  readonly #options: RolloutOptions;
  readonly #applier;
  /** The DaemonSet as last written: the watch may not have it yet. */
  #written: AnyObject | undefined;
  /** Pods whose deletion was asked for: the watch may not tell yet that they leave. */
  #deleted = new Set<string>();
  #facts: RolloutFacts | undefined;
  /** The template that the facts are of. */
  #decidedOn: string | undefined;

  constructor(options: RolloutOptions) {
    this.#options = options;
    this.#applier = createApplier({ client: options.client, fence: () => options.election?.fence() });
  }

  /** What was decided on another template than the newest says nothing of that one. */
  facts(): RolloutFacts | undefined {
    const daemonSet = this.#options.daemonSet();
    if (this.#facts === undefined || daemonSet === undefined) return this.#facts;
    const { template } = daemonSetStand(daemonSet);
    if (template === undefined || template === this.#decidedOn) return this.#facts;
    return { ...this.#facts, state: "progressing", message: "agents are compared with their newest template" };
  }

  async run({ signal }: ReconcileContext): Promise<ReconcileResult | undefined> {
    const { election, store, pods, settings, finished } = this.#options;
    const daemonSet = this.#newest();
    if (!(election?.isLeading() ?? true) || daemonSet === undefined || !store.synced() || !pods.synced()) {
      this.#tell(undefined, undefined);
      return undefined;
    }
    const view = this.#view(daemonSet, settings());
    if (view === undefined) return undefined;
    const decision = decideRollout(view);
    const text = formatJournal(decision.journal);
    if (text !== daemonSet.metadata.annotations?.[journalAnnotation]) await this.#note(daemonSet, text, signal);
    for (const update of decision.finished) finished(update);
    for (const pod of decision.replace) await this.#replace(pod, signal);
    this.#tell(decision.facts, view.template);
    return decision.dueMs === Infinity ? undefined : { requeueAfterMs: decision.dueMs + coalesceMs };
  }

  #newest(): AnyObject | undefined {
    const seen = this.#options.daemonSet();
    const written = this.#written;
    if (seen === undefined || written === undefined || written.metadata.uid !== seen.metadata.uid) return seen;
    const { resourceVersion: version = "" } = seen.metadata;
    return isOlderVersion(version, written.metadata.resourceVersion ?? "") ? written : seen;
  }

  #view(daemonSet: AnyObject, settings: UpdateSettings): RolloutView | undefined {
    const { store, namespace, nodeNames, nowUnixMs, pods } = this.#options;
    const { template, journal } = daemonSetStand(daemonSet);
    if (template === undefined) return undefined;
    const stands = [...pods.all()].flatMap((pod) => podStand(pod, daemonSet.metadata.uid ?? "") ?? []);
    this.#deleted = new Set(stands.flatMap(({ uid }) => (this.#deleted.has(uid) ? [uid] : [])));
    const wantedNodes = new Set(nodeNames());
    const isIdle = journal.updates.size === 0 && stands.every((pod) => pod.template === template);
    const nodes = [...wantedNodes].flatMap((name) => {
      const status = store.statusOf({ kind: "NodePtpDevice", namespace, name });
      return status === undefined ? [] : [[name, nodeStand(status)] as const];
    });
    return {
      template,
      pods: stands.map((pod) => (this.#deleted.has(pod.uid) ? { ...pod, isLeaving: true } : pod)),
      wantedNodes,
      lostNodes: new Set(isIdle ? [] : [...wantedNodes].filter((name) => store.isNodeLost(name))),
      nodes: new Map(isIdle ? [] : nodes),
      journal,
      settings,
      mode: modeOf(store.state().snapshot.operatorConfig?.metadata.annotations?.[switchAnnotation]),
      nowUnixMs: nowUnixMs(),
    };
  }

  /** Only over the version that the decision was made on: whoever has seen less is told so, and looks again. */
  async #note(daemonSet: AnyObject, text: string | undefined, signal: AbortSignal): Promise<void> {
    const { client, election } = this.#options;
    const { name, namespace = "", resourceVersion } = daemonSet.metadata;
    this.#written = (await client.request({
      method: "PATCH",
      path: resourcePath(daemonSets, { name, namespace }),
      query: { fieldManager: "ptp-operator-agent-update" },
      contentType: "application/merge-patch+json",
      body: { metadata: { resourceVersion, annotations: { [journalAnnotation]: text ?? null } } },
      fence: () => election?.fence(),
      signal,
    })) as AnyObject;
  }

  async #replace({ name, uid, nodeName }: PodStand, signal: AbortSignal): Promise<void> {
    const { log, namespace } = this.#options;
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, uid } };
    const isDeleted = await this.#applier.remove(resources.pods, pod, { signal });
    this.#deleted.add(uid);
    if (isDeleted) log.info("agent is updated", { node: nodeName, pod: name });
  }

  #tell(facts: RolloutFacts | undefined, template: string | undefined): void {
    const { log, changed } = this.#options;
    if (template === this.#decidedOn && isDeepStrictEqual(facts, this.#facts)) return;
    if (facts?.state === "stalled" && this.#facts?.state !== "stalled") {
      log.warn("the update of the agents has stopped", { why: facts.message });
    }
    this.#facts = facts;
    this.#decidedOn = template;
    changed();
  }
}

function modeOf(annotation: string | undefined): UpdateMode {
  if (annotation === "paused") return "pause";
  return annotation === "all-at-once" ? "all-at-once" : "roll";
}
