import assert from "node:assert/strict";
import { test } from "node:test";
import { createReplicaPods, podOfReplica, replicaName } from "./replica-pods.ts";
import type { AgentPod } from "./review-of-token.ts";

function watchPods(...names: readonly string[]) {
  const pods = new Map<string, AgentPod>(names.map((name) => [name, { name, phase: "Running" }]));
  const replicas = createReplicaPods({
    pods: { byName: (name) => pods.get(name), synced: () => true },
    podName: "here",
  });
  const ask = (replica: string, nowUnixMs: number) => replicas.goneForMs(replica, nowUnixMs);
  return { pods, ask, goneForMs: (nowUnixMs: number) => ask("there_1", nowUnixMs) };
}

test("a name of a replica tells its pod", () => {
  assert.equal(podOfReplica(replicaName("operator-x7f", "1b9d-4f")), "operator-x7f");
});

test("a replica is gone since its pod was first missed, until it is there again", () => {
  const { pods, goneForMs } = watchPods("here", "there");
  assert.equal(goneForMs(1000), undefined);
  pods.delete("there");
  assert.deepEqual([goneForMs(2000), goneForMs(9000)], [0, 7000]);
  pods.set("there", { name: "there", phase: "Running" });
  assert.equal(goneForMs(10_000), undefined);
});

test("a pod that has ended, or is not ready, is as good as gone", () => {
  const { pods, goneForMs } = watchPods("here", "there");
  for (const change of [{ phase: "Failed" }, { phase: "Succeeded" }, { isUnready: true }]) {
    pods.set("there", { name: "there", phase: "Running", ...change });
    assert.equal(goneForMs(0), 0);
  }
});

test("where this replica is no pod itself nothing is known of the others", () => {
  const { goneForMs } = watchPods();
  assert.equal(goneForMs(0), undefined);
});

test("of replicas that nobody asks about any more nothing is kept: asked again, they are missed from then on", () => {
  const { goneForMs, ask } = watchPods("here");
  goneForMs(0);
  ask("other_1", 300_000);
  assert.equal(goneForMs(500_000), 500_000, "asked within ten minutes");
  ask("another_1", 2_000_000);
  assert.equal(goneForMs(2_000_001), 0);
});
