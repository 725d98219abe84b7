import { nextNodes } from "./next-nodes.ts";
import { factsOf } from "./rollout-facts.ts";
import type {
  FinishedUpdate,
  NodeStand,
  PodStand,
  RolloutDecision,
  RolloutView,
  StartedUpdate,
} from "./rollout-view.ts";
import { isOnlyNoted, steadyAtUnixMs, waitsFor, type UpdateUnderWay } from "./update-progress.ts";

/**
 * Decides which agents are replaced next. Pure: all that was begun before is in the journal, all else is as the cluster
 * has it now. A node that others may need (its clocks are synchronized, or in holdover) is touched only while fewer than
 * `maxUnavailable` nodes are without time, for whatever reason: the partner of a node that is out stays as it is.
 */
export function decideRollout(view: RolloutView): RolloutDecision {
  const pods = podsByNode(view.pods);
  const { underWay, finished } = lookAtJournal(view, pods);
  const outdated = view.pods.filter(({ template }) => template !== view.template).length;
  const excused = stillExcused(view, finished, outdated);
  const replace = choose(view, { pods, underWay, excused });
  const updates = new Map(underWay.map(({ nodeName, update }) => [nodeName, update]));
  for (const pod of replace) updates.set(pod.nodeName, begin(view, pod));
  const going = [...updates].map(([nodeName, update]): UpdateUnderWay => {
    const known = underWay.find((each) => each.update === update);
    return known ?? { nodeName, update, waitsFor: "its old pod to end", isOverdue: false };
  });
  return {
    journal: { updates, excused: new Set(excused) },
    replace,
    finished: finished.map(({ nodeName, update, node }) => told(nodeName, update, node)),
    facts: factsOf({ mode: view.mode, outdated, underWay: going, settings: view.settings }),
    dueMs: dueMs(view, going),
  };
}

/** The pod of each node that counts: of two the one that stays. */
function podsByNode(pods: readonly PodStand[]): ReadonlyMap<string, PodStand> {
  const byNode = new Map<string, PodStand>();
  for (const pod of pods) {
    const other = byNode.get(pod.nodeName);
    if (other === undefined || other.isLeaving) byNode.set(pod.nodeName, pod);
  }
  return byNode;
}

const staysSynchronized = "its clocks to stay synchronized";

interface Finished {
  readonly nodeName: string;
  readonly update: StartedUpdate;
  readonly node: NodeStand | undefined;
}

function lookAtJournal(
  { journal, nodes, wantedNodes, nowUnixMs, settings }: RolloutView,
  pods: ReadonlyMap<string, PodStand>,
): { readonly underWay: readonly UpdateUnderWay[]; readonly finished: readonly Finished[] } {
  const underWay: UpdateUnderWay[] = [];
  const finished: Finished[] = [];
  for (const [nodeName, update] of journal.updates) {
    const pod = pods.get(nodeName);
    // The node has left, or shall have no agent any more.
    if (pod === undefined && !wantedNodes.has(nodeName)) continue;
    const node = nodes.get(nodeName);
    const missing = waitsFor(update, pod, node);
    const isSteady = steadyAtUnixMs(update, node) <= nowUnixMs;
    const isLate = update.startedUnixMs + settings.deadlineMs <= nowUnixMs;
    const isOverdue = isLate && !isOnlyNoted(update, pod);
    if (missing === undefined && isSteady) finished.push({ nodeName, update, node });
    else if (missing === undefined) underWay.push({ nodeName, update, waitsFor: staysSynchronized, isOverdue: false });
    else if (!isOverdue || settings.onDeadline === "stop") {
      underWay.push({ nodeName, update, waitsFor: missing, isOverdue });
    }
  }
  return { underWay, finished };
}

function told(nodeName: string, { startedUnixMs, clocksBefore }: StartedUpdate, node: NodeStand | undefined) {
  const isMeasured = clocksBefore === "synchronized" && node?.clocks === "synchronized";
  const outOfSyncMs = isMeasured ? Math.max(0, node.sinceUnixMs - startedUnixMs) : undefined;
  return { nodeName, outOfSyncMs } satisfies FinishedUpdate;
}

/** A restart makes a node that has long been without time look as if it had just lost it. */
function stillExcused(
  { journal, nodes }: RolloutView,
  finished: readonly Finished[],
  outdated: number,
): readonly string[] {
  if (outdated === 0) return [];
  const news = finished.filter(({ update }) => update.clocksBefore === "out").map(({ nodeName }) => nodeName);
  return [...new Set([...journal.excused, ...news])].filter((nodeName) => nodes.get(nodeName)?.clocks === "out");
}

interface Chance {
  readonly pods: ReadonlyMap<string, PodStand>;
  readonly underWay: readonly UpdateUnderWay[];
  readonly excused: readonly string[];
}

function choose(view: RolloutView, { pods, underWay, excused }: Chance): readonly PodStand[] {
  if (view.mode === "pause") return [];
  const old = [...pods.values()].filter(
    ({ isLeaving, template, nodeName }) => !isLeaving && template !== view.template && !view.lostNodes.has(nodeName),
  );
  if (view.mode === "all-at-once") return old;
  if (underWay.some(({ isOverdue }) => isOverdue)) return old.filter((pod) => isDown(pod, view));
  const noted = old.filter(({ nodeName, uid }) => view.journal.updates.get(nodeName)?.replaces === uid);
  const candidates = old.filter((pod) => !isDown(pod, view) && !noted.includes(pod));
  const next = nextNodes(view, { noted, candidates, underWay, excused });
  return [...old.filter((pod) => isDown(pod, view)), ...next];
}

/** What is out because of an update, or does not run anyway, is not spared by waiting: the new template may be the cure. */
function isDown({ nodeName, uid, isFailing }: PodStand, { journal }: RolloutView): boolean {
  const update = journal.updates.get(nodeName);
  return isFailing || (update !== undefined && update.replaces !== uid);
}

/** How a node was before the first of several replacements counts: it shall come back to that. */
function begin({ nodes, journal, nowUnixMs }: RolloutView, { nodeName, uid, isFailing }: PodStand): StartedUpdate {
  const noted = journal.updates.get(nodeName);
  const before = noted?.replaces === uid ? undefined : noted;
  const node = nodes.get(nodeName);
  const wasSettled = before?.wasSettled ?? (!isFailing && node?.isConnected === true && node.isSettled);
  const clocksBefore = before?.clocksBefore ?? node?.clocks ?? "none";
  return { replaces: uid, startedUnixMs: nowUnixMs, wasSettled, clocksBefore };
}

function dueMs({ nodes, settings, nowUnixMs }: RolloutView, underWay: readonly UpdateUnderWay[]): number {
  const starts = underWay.map(({ update }) => update.startedUnixMs);
  const losses = [...nodes.values()].flatMap(({ clocks, sinceUnixMs }) =>
    clocks === "out" || clocks === "holdover" ? [sinceUnixMs] : [],
  );
  const steady = underWay.map(({ nodeName, update }) => steadyAtUnixMs(update, nodes.get(nodeName)));
  const ends = [...[...starts, ...losses].map((unixMs) => unixMs + settings.deadlineMs), ...steady].map(
    (unixMs) => unixMs - nowUnixMs,
  );
  return ends.reduce((nearest, endMs) => (endMs > 0 ? Math.min(nearest, endMs) : nearest), Infinity);
}
