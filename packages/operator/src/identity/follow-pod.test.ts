import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { AgentRefusal } from "./agent-refusal.ts";
import { followPod } from "./follow-pod.ts";
import type { AgentPod } from "./review-of-token.ts";

const proven = { ok: true, podUid: "u", podName: "agent-x" } as const;
const living: AgentPod = { name: "agent-x", nodeName: "n1", phase: "Running" };

function follow(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let pod: AgentPod | undefined = living;
  const listeners = new Set<(uids: readonly string[]) => void>();
  const followed = followPod(proven, {
    byUid: () => pod,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const become = (now: AgentPod | undefined, uid = "u") => {
    pod = now;
    for (const listener of listeners) listener([uid]);
  };
  return { followed, become, listeners };
}

test("a session ends with its pod, which gets a moment to end it itself", (t) => {
  const { followed, become } = follow(t);
  become(undefined);
  t.mock.timers.tick(1999);
  assert.equal(followed.ended.aborted, false);
  t.mock.timers.tick(1);
  const reason: unknown = followed.ended.reason;
  assert.ok(reason instanceof AgentRefusal);
  assert.deepEqual([reason.status, reason.word], ["UNAUTHENTICATED", "pod-unknown"]);
  assert.match(reason.message, /agent-x \(uid u\) is not known.*its session ends/);
});

test("a pod that has failed ends it too; one that is seen again, or another pod, does not", (t) => {
  const { followed, become } = follow(t);
  become({ ...living, phase: "Failed" });
  t.mock.timers.tick(1000);
  become(living);
  become(living, "another");
  t.mock.timers.tick(10_000);
  assert.equal(followed.ended.aborted, false);
  become({ ...living, phase: "Failed" });
  t.mock.timers.tick(2000);
  assert.match(String(followed.ended.reason), /has ended \(Failed\)/);
});

test("what is not followed any more costs nothing", (t) => {
  const { followed, become, listeners } = follow(t);
  become(undefined);
  followed.stop();
  t.mock.timers.tick(10_000);
  assert.deepEqual([followed.ended.aborted, listeners.size], [false, 0]);
});

test("a pod that went between its proof and the look at it is followed to its end", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const followed = followPod(proven, { byUid: () => undefined, subscribe: () => () => {} });
  t.mock.timers.tick(2000);
  assert.equal(followed.ended.aborted, true);
  followed.stop();
});
