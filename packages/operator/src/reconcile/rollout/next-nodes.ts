import type { PodStand, RolloutView, UpdateSettings } from "./rollout-view.ts";
import type { UpdateUnderWay } from "./update-progress.ts";

/** Who may be next. */
export interface Candidates {
  /** Pods whose deletion was noted, and not done as far as is known. */
  readonly noted: readonly PodStand[];
  /** Pods of the old template that nothing has begun with. */
  readonly candidates: readonly PodStand[];
  readonly underWay: readonly UpdateUnderWay[];
  /** Nodes whose lack of time counts no more. */
  readonly excused: readonly string[];
}

/**
 * The pods to begin with now. There are two lanes, each as wide as `maxUnavailable`: one for nodes that nobody can miss,
 * which run nothing or have long been without time, and one for those that others may need. A node that has just lost its
 * time is in neither: it may be back soon, and then is to be waited for.
 */
export function nextNodes(
  view: RolloutView,
  { noted, candidates, underWay, excused }: Candidates,
): readonly PodStand[] {
  const limit = limitOf(view.settings, view.wantedNodes.size);
  // Those noted come first: they may be gone already. What they were then does not count, they may have changed since.
  const sorted = [...noted, ...inOrder(view, candidates)];
  const others = underWay.filter(({ nodeName }) => !noted.some((pod) => pod.nodeName === nodeName));
  const losers = newlyOut(view, excused);
  const isMissed = ({ nodeName }: PodStand) => isNeeded(view.nodes.get(nodeName)?.clocks);
  // Of a node without a status nobody knows whether it is missed: one comes with its agent, or says soon that none came.
  const isKnown = (pod: PodStand) => view.nodes.has(pod.nodeName) || noted.includes(pod);
  const isQuiet = (pod: PodStand) => isKnown(pod) && !isMissed(pod) && !losers.has(pod.nodeName);
  const quietUnderWay = others.filter(({ update }) => !isNeeded(update.clocksBefore)).length;
  const quiet = sorted.filter(isQuiet).slice(0, Math.max(0, limit - quietUnderWay));
  // Where there are nodes that nobody can miss, a template first comes up on one of them.
  const isProven = view.pods.some(({ template, isReady }) => template === view.template && isReady);
  const missed = sorted.filter(isMissed).slice(0, Math.max(0, limit - countOut(losers, others)));
  return isProven || quiet.length + quietUnderWay === 0 ? [...quiet, ...missed] : quiet;
}

function isNeeded(clocks: string | undefined): boolean {
  return clocks === "synchronized" || clocks === "holdover";
}

/**
 * Nodes that have lost their time within the deadline, for whatever reason. Who has been without it for longer is not
 * waited for: else one dead node would keep all others from ever being updated.
 */
function newlyOut(
  { nodes, wantedNodes, settings, nowUnixMs }: RolloutView,
  excused: readonly string[],
): ReadonlySet<string> {
  const out = new Set<string>();
  for (const [nodeName, { clocks, sinceUnixMs }] of nodes) {
    if (!wantedNodes.has(nodeName) || clocks === "none" || clocks === "synchronized") continue;
    if (sinceUnixMs + settings.deadlineMs > nowUnixMs) out.add(nodeName);
  }
  for (const nodeName of excused) out.delete(nodeName);
  return out;
}

/** Nodes without time that others may need, because of an update or not. */
function countOut(losers: ReadonlySet<string>, underWay: readonly UpdateUnderWay[]): number {
  const out = new Set(losers);
  for (const { nodeName, update } of underWay) {
    if (isNeeded(update.clocksBefore)) out.add(nodeName);
    else out.delete(nodeName);
  }
  return out.size;
}

/** How many nodes may be out at once: at least one, or nothing would ever be updated. */
export function limitOf({ maxUnavailable }: Pick<UpdateSettings, "maxUnavailable">, nodeCount: number): number {
  const isShare = typeof maxUnavailable === "string" && maxUnavailable.endsWith("%");
  const number = isShare ? (nodeCount * Number.parseFloat(maxUnavailable)) / 100 : Number(maxUnavailable);
  return Math.max(1, Math.floor(number));
}

/**
 * Nodes without time first, since they have nothing to lose; then those that take time, then those in holdover, which a
 * restart would end; at last those that give time to others: what is wrong with a version shows before it can hurt many.
 */
function inOrder({ nodes }: RolloutView, pods: readonly PodStand[]): readonly PodStand[] {
  const rank = ({ nodeName }: PodStand): number => {
    const node = nodes.get(nodeName);
    if (node?.givesTime === true) return 3;
    if (node?.clocks === "holdover") return 2;
    return node?.clocks === "synchronized" ? 1 : 0;
  };
  return pods.toSorted((a, b) => rank(a) - rank(b) || (a.nodeName < b.nodeName ? -1 : 1));
}
