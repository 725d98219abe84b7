import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionFacts } from "../sessions/session-facts.ts";
import type { ClusterStore } from "../store/cluster-store.ts";
import { keyText, type StatusKey } from "../store/object-key.ts";
import type { ObjectStatus } from "../store/store.ts";
import { createClusterTarget } from "./cluster-target.ts";

const key: StatusKey = { kind: "NodePtpDevice", namespace: "ptp", name: "n" };
const config: StatusKey = { kind: "PtpConfig", namespace: "ptp", name: "c" };
const report = { revision: "r", outcomes: [], clocks: [], processes: [], notices: [] };

function replica({ leads = false, isAlone = false } = {}) {
  const statuses = new Map<string, ObjectStatus>();
  const made: string[] = [];
  const state = { nowUnixMs: 1_000_000, facts: undefined as SessionFacts | undefined };
  const store = {
    statusOf: (of: StatusKey) => statuses.get(keyText(of)),
    has: (of: StatusKey) => statuses.has(keyText(of)),
    create: (of: StatusKey) => Promise.resolve(void made.push(keyText(of))),
    remove: (of: StatusKey) => Promise.resolve(void statuses.delete(keyText(of))),
    writeStatus: (of: StatusKey, status: ObjectStatus) => Promise.resolve(void statuses.set(keyText(of), status)),
  } as unknown as ClusterStore;
  const target = createClusterTarget({
    store,
    sessions: { facts: () => state.facts },
    election: isAlone ? undefined : { isLeading: () => leads },
    operatorNamespace: "ptp",
    nowUnixMs: () => state.nowUnixMs,
  });
  return { target, state, statuses, made };
}

const connected = (more: Partial<SessionFacts> = {}): SessionFacts => ({
  connected: true,
  sinceUnixMs: 1_000_000,
  ...more,
});

test("what spans nodes and the end of a node are the leader's to write", () => {
  const due = (leads: boolean) => {
    const { target } = replica({ leads });
    return [target.dueMs(config, {}), target.dueMs(key, undefined), target.dueMs(key, { revision: "" })];
  };
  assert.deepEqual(due(true), [0, 0, 0], "a node nobody has written of yet too");
  assert.deepEqual(due(false), [Infinity, Infinity, Infinity]);
});

test("a node's object is made by the replica its agent is with, and written every 5 s at most", async () => {
  const { target, state, made } = replica();
  state.facts = connected({ report });
  assert.equal(target.dueMs(key, { revision: "r" }), 0);
  await target.writeStatus(key, { revision: "r" });
  assert.deepEqual(made, ["NodePtpDevice/ptp/n"]);
  const dueMs = target.dueMs(key, { revision: "s" });
  assert.ok(dueMs > 4000 && dueMs <= 5000, String(dueMs));
});

test("another replica's word stands until the agent here has spoken, or had time to", () => {
  const { target, state, statuses } = replica();
  statuses.set(keyText(key), { revision: "told" });
  assert.equal(target.dueMs(key, {}), Infinity);
  assert.equal(target.factsOf("n")?.acceptedRevision, "told");
  state.facts = connected({ acceptedRevision: "here" });
  assert.equal(target.dueMs(key, {}), 10_000);
  assert.equal(target.factsOf("n")?.acceptedRevision, "told");
  state.facts = connected({ acceptedRevision: "here", report });
  assert.equal(target.dueMs(key, {}), 0);
  assert.equal(target.factsOf("n")?.acceptedRevision, "here");
  state.facts = connected({ acceptedRevision: "here" });
  state.nowUnixMs += 10_000;
  assert.deepEqual([target.dueMs(key, {}), target.factsOf("n")?.acceptedRevision], [0, "here"]);
});

test("a lost agent is told after a while, unless it is with another replica by then", async () => {
  const { target, state, statuses } = replica();
  state.facts = connected({ report });
  await target.writeStatus(key, { revision: "r" });
  state.facts = { ...connected({ report }), connected: false };
  const dueMs = target.dueMs(key, {});
  assert.ok(dueMs === 10_000, String(dueMs));
  assert.equal(target.factsOf("n")?.connected, false);
  statuses.set(keyText(key), { revision: "of another replica" });
  assert.equal(target.dueMs(key, {}), Infinity);
  assert.equal(target.factsOf("n")?.connected, true);
});

test("without other replicas a status from before is history", () => {
  const { target, statuses } = replica({ isAlone: true });
  statuses.set(keyText(key), { revision: "told" });
  assert.deepEqual([target.dueMs(key, {}), target.factsOf("n")], [0, undefined]);
});
