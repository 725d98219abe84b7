import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeAgents, type AgentsStanding } from "./agents-standing.ts";

const made = (status: object, generation = 1): AgentsStanding => ({
  kind: "made",
  daemonSet: { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "d", generation }, status },
});
const told = (standing: AgentsStanding) => {
  const { aspects, pending } = judgeAgents(standing);
  return [...aspects.map(({ status, reason, message }) => `${status} ${reason}: ${message}`), pending !== undefined];
};

test("judgeAgents: how many of the agents there should be are there", () => {
  const counts = (desiredNumberScheduled: number, numberReady: number) =>
    told(made({ observedGeneration: 1, desiredNumberScheduled, numberReady, updatedNumberScheduled: 0 }));
  assert.deepEqual(counts(3, 3), ["True Succeeded: 3 of 3 agents of DaemonSet d are ready", false]);
  assert.deepEqual(counts(3, 2), ["False Progressing: 2 of 3 agents of DaemonSet d are ready", true]);
  assert.match(String(counts(0, 0)[0]), /^False NoNodesMatched: no node has the labels/);
  const behind = told(made({ observedGeneration: 1, desiredNumberScheduled: 1, numberReady: 1 }, 2));
  assert.match(String(behind[0]), /^False Progressing: the agents' DaemonSet is being made/);
});

test("judgeAgents: what keeps them from being made", () => {
  assert.deepEqual(told({ kind: "unmanaged" }), [false]);
  assert.deepEqual(judgeAgents({ kind: "unknown" }), { aspects: [], isUnknown: true });
  assert.deepEqual(told({ kind: "blocked", reason: "Invalid", message: "m" }), ["False Invalid: m", false]);
  assert.deepEqual(told({ kind: "failing", message: "m" }), ["False Progressing: m", true]);
});
