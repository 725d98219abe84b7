import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRollout } from "./decide-rollout.ts";
import { emptyJournal } from "./journal.ts";
import { limitOf } from "./next-nodes.ts";
import type { Journal, NodeStand, PodStand, RolloutView, StartedUpdate } from "./rollout-view.ts";
import { newPod, nodeStand, oldPod, viewOf } from "./testing/view.ts";

const pair = (pod: PodStand, change: Partial<NodeStand> = {}) => [pod, nodeStand(pod, change)] as const;
const replaced = (view: RolloutView) => decideRollout(view).replace.map(({ nodeName }) => nodeName);
const begun = (nodeName: string, change: Partial<StartedUpdate> = {}): Journal => ({
  ...emptyJournal,
  updates: new Map([
    [
      nodeName,
      {
        replaces: `${nodeName}-old`,
        startedUnixMs: 0,
        wasSettled: true,
        clocksBefore: "synchronized",
        ...change,
      },
    ],
  ]),
});

test("decideRollout: nothing old, nothing to do", () => {
  const { replace, facts, dueMs } = decideRollout(viewOf([pair(newPod("a")), pair(newPod("b"))]));
  assert.deepEqual([replace, facts, dueMs], [[], { state: "updated", outdated: 0, message: "" }, Infinity]);
});

test("decideRollout: one node at a time, by name, noted before its pod is deleted", () => {
  const { replace, journal, facts } = decideRollout(viewOf([pair(oldPod("b")), pair(oldPod("a"))]));
  assert.deepEqual(replace, [oldPod("a")]);
  assert.deepEqual(journal, begun("a"));
  assert.deepEqual(facts, {
    state: "progressing",
    outdated: 2,
    message: "2 to be updated; a waits for its old pod to end",
  });
});

test("decideRollout: a node is not touched before anything is known of it", () => {
  const view = viewOf([pair(oldPod("a"), { clocks: "none" }), pair(oldPod("b"))]);
  assert.deepEqual(replaced(view), ["a"], "it runs nothing");
  assert.deepEqual(replaced({ ...view, nodes: new Map() }), []);
});

test("decideRollout: the next node waits until the one before is as it was", () => {
  const next = (pod: PodStand | undefined, node: Partial<NodeStand> = {}) => {
    const view = viewOf([pair(newPod("a"), node), pair(oldPod("b"))], { journal: begun("a"), nowUnixMs: 30_000 });
    const pods = [...(pod === undefined ? [] : [pod]), oldPod("b")];
    const { replace, facts } = decideRollout({ ...view, pods });
    return [replace.length, facts.message.replace("1 to be updated; a waits for ", "")];
  };
  const a = newPod("a");
  assert.deepEqual(next(undefined), [0, "its new pod"]);
  assert.deepEqual(next(oldPod("a", { isLeaving: true })), [0, "2 to be updated; a waits for its old pod to end"]);
  assert.deepEqual(next(newPod("a", { isReady: false })), [0, "its pod to be ready"]);
  assert.deepEqual(next(newPod("a", { isReady: false, isFailing: true })), [0, "its pod, which does not stay up"]);
  assert.deepEqual(next(a, { podName: "a-old" }), [0, "its agent to report"], "what is told is of the agent before");
  assert.deepEqual(next(a, { isConnected: false }), [0, "its agent to report"]);
  assert.deepEqual(next(a, { isSettled: false }), [0, "its profiles to be applied"]);
  assert.deepEqual(next(a, { clocks: "out" }), [0, "its clocks to be synchronized"]);
  const stays = [0, "its clocks to stay synchronized"];
  assert.deepEqual(next(a, { sinceUnixMs: 20_001 }), stays, "it may lose them again before its status tells");
  assert.deepEqual(next(a, { agentSinceUnixMs: 20_001 }), stays, "a loss may have been too short for a status");
  assert.deepEqual(next(a), [1, "1 to be updated; b waits for its old pod to end"]);
});

test("decideRollout: tells how long a node was without time", () => {
  const node = { sinceUnixMs: 12_000, agentSinceUnixMs: 9000 };
  const view = viewOf([pair(newPod("a"), node)], { journal: begun("a"), nowUnixMs: 22_000 });
  assert.deepEqual(decideRollout({ ...view, nowUnixMs: 21_000 }).dueMs, 1000, "it is looked at again in time");
  assert.deepEqual(decideRollout(view).finished, [{ nodeName: "a", outOfSyncMs: 12_000 }]);
});

test("decideRollout: past the deadline it stops, and goes on when the node is back", () => {
  const late = (clocks: NodeStand["clocks"], change: Partial<RolloutView> = {}) =>
    decideRollout(
      viewOf([pair(newPod("a"), { clocks, sinceUnixMs: 1000 }), pair(oldPod("b")), pair(oldPod("c"))], {
        journal: begun("a"),
        nowUnixMs: 90_000,
        ...change,
      }),
    );
  const { replace, facts } = late("out");
  assert.deepEqual(replace, []);
  assert.deepEqual(facts, {
    state: "stalled",
    outdated: 2,
    message:
      "stopped, since not as before within 60 s: a waits for its clocks to be synchronized; 2 still to be updated",
  });
  assert.deepEqual(late("synchronized").replace, [oldPod("b")]);
  const settings = { maxUnavailable: 1, deadlineMs: 60_000, onDeadline: "continue" } as const;
  assert.deepEqual(late("out", { settings }).replace, [oldPod("b")]);
});

test("decideRollout: a newer template reaches first the node that the one before broke", () => {
  const broken = newPod("a", { template: "broken", isReady: false });
  const view = viewOf([pair(broken, { clocks: "out" }), pair(oldPod("b"))], {
    journal: begun("a"),
    nowUnixMs: 90_000,
  });
  const { replace, journal, facts } = decideRollout(view);
  assert.deepEqual(replace, [broken]);
  const again = journal.updates.get("a");
  assert.deepEqual(again, { ...begun("a").updates.get("a"), replaces: "a-new", startedUnixMs: 90_000 });
  assert.equal(facts.state, "progressing", "it has a deadline of its own");
});

test("decideRollout: the partner of a node that just lost time stays, that of one long without does not", () => {
  const other = (sinceUnixMs: number) => pair(newPod("a"), { clocks: "out", sinceUnixMs });
  assert.deepEqual(replaced(viewOf([other(-30_000), pair(oldPod("b"))])), []);
  assert.equal(decideRollout(viewOf([other(-30_000), pair(oldPod("b"))])).dueMs, 30_000);
  assert.deepEqual(replaced(viewOf([other(-90_000), pair(oldPod("b"))])), ["b"]);
});

test("decideRollout: nodes without time go first and are not waited for", () => {
  const out = pair(oldPod("z"), { clocks: "out" });
  assert.deepEqual(replaced(viewOf([pair(oldPod("a")), out])), ["z"], "a template proves itself there");
  const journal = begun("z", { clocksBefore: "out" });
  const back = pair(newPod("z"), { clocks: "out", sinceUnixMs: 0 });
  const after = decideRollout(viewOf([pair(oldPod("a")), back], { journal, nowUnixMs: 5000 }));
  assert.deepEqual(after.replace, [oldPod("a")]);
  assert.deepEqual(after.journal.excused, new Set(["z"]), "its restart is no new loss");
});

test("decideRollout: nodes without profiles have a lane of their own", () => {
  const idle = ["x", "y"].map((name) => pair(oldPod(name), { clocks: "none" }));
  assert.deepEqual(replaced(viewOf([pair(oldPod("a")), ...idle])), ["x"]);
  const journal = begun("x", { clocksBefore: "none" });
  const [, y = pair(oldPod("y"))] = idle;
  const some = [pair(oldPod("a")), pair(newPod("x"), { clocks: "none" }), y];
  assert.deepEqual(replaced(viewOf(some, { journal })), ["y", "a"]);
});

test("decideRollout: who gives time to others comes last, who is in holdover before", () => {
  const nodes = [
    pair(oldPod("a"), { givesTime: true }),
    pair(oldPod("b"), { clocks: "holdover" }),
    pair(oldPod("c")),
    pair(oldPod("d"), { clocks: "out" }),
  ];
  const order: string[] = [];
  const settings = { maxUnavailable: 9, deadlineMs: 60_000, onDeadline: "stop" } as const;
  const proven = pair(newPod("e"));
  order.push(...replaced(viewOf([...nodes, proven], { settings })));
  assert.deepEqual(order, ["d", "c", "b", "a"]);
});

test("decideRollout: what does not run anyway is replaced at once; silent nodes are left alone", () => {
  const failing = ["a", "b"].map((name) => pair(oldPod(name, { isReady: false, isFailing: true }), { clocks: "out" }));
  assert.deepEqual(replaced(viewOf(failing)), ["a", "b"]);
  const lostNodes = new Set(["a"]);
  const lost = pair(oldPod("a"), { clocks: "out" });
  assert.deepEqual(replaced(viewOf([lost, pair(oldPod("b"))], { lostNodes })), ["b"]);
});

test("decideRollout: a node that shall have no agent any more is not waited for", () => {
  const view = viewOf([pair(oldPod("b"))], { journal: begun("a"), nowUnixMs: 90_000 });
  assert.deepEqual(replaced(view), ["b"]);
});

test("decideRollout: the switch pauses, or replaces everything", () => {
  const nodes = [pair(oldPod("a")), pair(oldPod("b"))];
  const paused = decideRollout(viewOf(nodes, { mode: "pause" }));
  assert.deepEqual([paused.replace, paused.facts.state], [[], "paused"]);
  assert.deepEqual(replaced(viewOf(nodes, { mode: "all-at-once" })), ["a", "b"]);
});

test("decideRollout: a deletion that was noted and not done is done", () => {
  const { replace, journal } = decideRollout(viewOf([pair(oldPod("a")), pair(oldPod("b"))], { journal: begun("a") }));
  assert.deepEqual(replace, [oldPod("a")]);
  assert.deepEqual(journal, begun("a"), "it began when it was noted");
});

test("limitOf: numbers, shares, at least one", () => {
  const limit = (maxUnavailable: number | string) => limitOf({ maxUnavailable }, 30);
  assert.deepEqual([limit(3), limit("3"), limit("10%"), limit("1%")], [3, 3, 3, 1]);
});
