import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionFacts } from "../sessions/session-facts.ts";
import type { ClusterStore } from "../store/cluster-store.ts";
import type { ReplicaPods } from "../identity/replica-pods.ts";
import { keyText, type StatusKey } from "../store/object-key.ts";
import type { ObjectStatus } from "../store/store.ts";
import { createClusterTarget } from "./cluster-target.ts";

const key: StatusKey = { kind: "NodePtpDevice", namespace: "ptp", name: "n" };
const config: StatusKey = { kind: "PtpConfig", namespace: "ptp", name: "c" };
const report = { revision: "r", outcomes: [], clocks: [], processes: [], notices: [] };

const nobodyGone: ReplicaPods = { goneForMs: () => undefined };

function createReplica({ leads = false, isAlone = false, replicas = nobodyGone } = {}) {
  const statuses = new Map<string, ObjectStatus>();
  const made: string[] = [];
  const told: unknown[] = [];
  const verified: string[] = [];
  const state = { nowUnixMs: 1_000_000, facts: undefined as SessionFacts | undefined };
  const store = {
    statusOf: (of: StatusKey) => statuses.get(keyText(of)),
    holds: () => false,
    has: (of: StatusKey) => statuses.has(keyText(of)),
    create: (of: StatusKey) => Promise.resolve(void made.push(keyText(of))),
    remove: (of: StatusKey) => Promise.resolve(void statuses.delete(keyText(of))),
    writeStatus: (of: StatusKey, status: ObjectStatus) => Promise.resolve(void statuses.set(keyText(of), status)),
  } as unknown as ClusterStore;
  const target = createClusterTarget({
    store,
    sessions: { facts: () => state.facts, newestUnixMs: () => 0, verify: (name) => void verified.push(name) },
    election: isAlone ? undefined : { isLeading: () => leads },
    replica: "here_1",
    replicas,
    operatorNamespace: "ptp",
    nowUnixMs: () => state.nowUnixMs,
    written: (...written) => void told.push(written),
  });
  return { target, state, statuses, made, told, verified };
}

const connected = (more: Partial<SessionFacts> = {}): SessionFacts => ({
  connected: true,
  sinceUnixMs: 1_000_000,
  report,
  ...more,
});

test("what spans nodes and the end of a node are the leader's to write", () => {
  const due = (leads: boolean) => {
    const { target } = createReplica({ leads });
    return [target.dueMs(config, {}), target.dueMs(key, undefined), target.dueMs(key, { revision: "" })];
  };
  assert.deepEqual(due(true), [0, 0, 60_000], "a node nobody has written of yet too, when its agent had time to come");
  assert.deepEqual(due(false), [Infinity, Infinity, Infinity]);
  assert.deepEqual(
    [true, false].map((leads) => createReplica({ leads }).target.wants(config)),
    [true, false],
    "nor does another replica work it out",
  );
});

test("a node's object is made by the replica its agent is with, written every 5 s at most, and told", async () => {
  const { target, state, made, told } = createReplica();
  assert.equal(target.wants(key), false);
  state.facts = connected();
  assert.equal(target.wants(key), true);
  assert.equal(target.dueMs(key, { revision: "r" }), 0);
  await target.writeStatus(key, { revision: "r" });
  assert.deepEqual(made, ["NodePtpDevice/ptp/n"]);
  assert.deepEqual(told, [[key, undefined, { revision: "r" }]]);
  const dueMs = target.dueMs(key, { revision: "s" });
  assert.ok(dueMs > 4000 && dueMs <= 5000, String(dueMs));
  await target.writeStatus(key, { revision: "r" });
  assert.equal(told.length, 1, "what is as it was is no news");
});

test("the object of the first generation goes with that of the second", () => {
  const { target, state } = createReplica();
  const first = { ...key, kind: "NodePTPDev" } as const;
  assert.deepEqual([target.dueMs(first, {}), target.wants(first)], [Infinity, false]);
  state.facts = connected();
  assert.deepEqual([target.dueMs(first, {}), target.wants(first)], [0, true]);
});

test("a replica that another is told in place of asks its agent, whose connection nobody may have closed", () => {
  const { target, state, statuses, verified } = createReplica();
  const servedBy = (replica: string) =>
    statuses.set(keyText(key), { agent: { connected: true, since: "2026-01-01T00:00:00Z", servedBy: replica } });
  const asked = () => {
    for (let pass = 0; pass < 3; pass++) target.dueMs(key, {});
    return verified.splice(0);
  };
  state.facts = connected();
  servedBy("there_2");
  assert.deepEqual(asked(), [], "an agent that has just come is told of there, until this replica has written");
  servedBy("here_1");
  assert.deepEqual(asked(), []);
  servedBy("there_2");
  assert.deepEqual(asked(), ["n"]);
  servedBy("here_1");
  state.facts = connected({ connected: false });
  assert.deepEqual(asked(), []);
  state.facts = connected();
  servedBy("there_2");
  assert.deepEqual(asked(), [], "that was another session");
});

test("the leader speaks for a node whose replica is gone, after a grace", () => {
  let goneForMs: number | undefined;
  const replicas = { goneForMs: () => goneForMs };
  const { target, state, statuses } = createReplica({ leads: true, replicas });
  const agent = { connected: true, since: "2026-01-01T00:00:00Z", servedBy: "there_1" };
  statuses.set(keyText(key), { agent });
  const seen = () => [target.dueMs(key, {}), target.factsOf("n")?.connected, target.isHeld(key)];
  assert.deepEqual(seen(), [Infinity, true, false]);
  goneForMs = 5000;
  assert.deepEqual(seen(), [60_000, true, true], "this replica has just begun: the other was started anew with it");
  state.nowUnixMs += 60_000;
  assert.deepEqual(seen(), [10_000, true, true]);
  goneForMs = 15_000;
  assert.deepEqual(seen(), [0, false, false]);
});

test("without other replicas a status from before is history", () => {
  const { target, statuses, state } = createReplica({ isAlone: true });
  statuses.set(keyText(key), { revision: "told" });
  assert.deepEqual([target.dueMs(key, {}), target.factsOf("n")], [60_000, undefined]);
  state.nowUnixMs += 60_000;
  assert.equal(target.dueMs(key, {}), 0);
});
