import { reasons, type Condition, type NodePtpDeviceStatus } from "@ptp/api";
import type { AnyObject, KubeMeta } from "@ptp/cluster";
import { restartAnnotation, type PodObject } from "../../identity/agent-pods.ts";
import { journalAnnotation, parseJournal } from "./journal.ts";
import type { ClockStand, Journal, NodeStand, PodStand } from "./rollout-view.ts";
import { templateLabel } from "./template-label.ts";

/** What an update reads of the agents' DaemonSet. */
export interface DaemonSetStand {
  /** Hash of the template that new pods get; undefined while that is not certain. */
  readonly template: string | undefined;
  readonly journal: Journal;
}

interface DaemonSetParts {
  readonly spec?: { readonly template?: { readonly metadata?: Marks } };
  readonly status?: { readonly observedGeneration?: number };
}

type Marks = Pick<KubeMeta, "labels" | "annotations">;

/** What tells a template from others; people who restart the agents make it another one too. */
function templateOf({ labels, annotations }: Marks): string {
  const restartedAt = annotations?.[restartAnnotation];
  return `${labels?.[templateLabel] ?? ""}${restartedAt === undefined ? "" : ` restarted ${restartedAt}`}`;
}

/** Until the DaemonSet controller has seen a template it would make pods of the one before. */
export function daemonSetStand(daemonSet: AnyObject): DaemonSetStand {
  const { metadata } = daemonSet;
  const { spec, status } = daemonSet as DaemonSetParts;
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return {
    template: isSeen && spec?.template?.metadata !== undefined ? templateOf(spec.template.metadata) : undefined,
    journal: parseJournal(metadata.annotations?.[journalAnnotation]),
  };
}

/** A kubelet at work; any other reason to wait is a failure. */
const usualWaits = new Set(["ContainerCreating", "PodInitializing"]);

/** A pod of the DaemonSet with this uid; undefined for others, and for those that are on no node. */
export function podStand({ metadata, spec, status }: PodObject, daemonSetUid: string): PodStand | undefined {
  const isOurs = metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === daemonSetUid);
  if (isOurs !== true || spec?.nodeName === undefined || metadata.uid === undefined) return undefined;
  const waits = status?.containerStatuses ?? [];
  return {
    name: metadata.name,
    uid: metadata.uid,
    nodeName: spec.nodeName,
    template: templateOf(metadata),
    isReady:
      status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false,
    isLeaving: metadata.deletionTimestamp !== undefined,
    isFailing: status?.phase === "Failed" || waits.some(({ state }) => !usualWaits.has(state?.waiting?.reason ?? "")),
  };
}

/** A node by the status of its NodePtpDevice. */
export function nodeStand({ agent, clocks = [], conditions = [] }: NodePtpDeviceStatus): NodeStand {
  const condition = (type: string): Condition | undefined => conditions.find((each) => each.type === type);
  const synchronized = condition("Synchronized");
  const stalled = condition("Stalled")?.reason;
  return {
    podName: agent?.pod,
    isConnected: agent?.connected ?? false,
    // What waits for hardware waits before an update as after it.
    isSettled:
      condition("Reconciling") === undefined && stalled !== reasons.refused && stalled !== reasons.processFailed,
    clocks: clockStand(synchronized),
    sinceUnixMs: synchronized === undefined ? 0 : Date.parse(synchronized.lastTransitionTime),
    agentSinceUnixMs: agent === undefined ? 0 : Date.parse(agent.since),
    givesTime: clocks.some(({ ports }) => ports.some(({ state }) => state === "MASTER" || state === "GRAND_MASTER")),
  };
}

function clockStand(synchronized: Condition | undefined): ClockStand {
  if (synchronized === undefined) return "none";
  if (synchronized.status === "True") return "synchronized";
  return synchronized.reason === reasons.holdover ? "holdover" : "out";
}
