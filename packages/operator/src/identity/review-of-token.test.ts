import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeReview, nodeOfPod, type TokenReviewStatus } from "./review-of-token.ts";

const audience = "ptp-agent.ptp.openshift.io";
const expected = { audience, username: "system:serviceaccount:ptp:linuxptp-daemon" };
const extra = (values: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`authentication.kubernetes.io/${name}`, value]));
const pod = { "pod-name": ["agent-x"], "pod-uid": ["u"], "node-name": ["n1"] };
const review = (change: Partial<TokenReviewStatus> = {}, facts = pod as Record<string, string[]>) => ({
  authenticated: true,
  audiences: [audience],
  user: { username: expected.username, extra: extra(facts) },
  ...change,
});

test("a review names the pod", () => {
  const proven = { ok: true, podUid: "u", podName: "agent-x" };
  assert.deepEqual(judgeReview(review(), expected), { ...proven, nodeName: "n1" });
  const { "node-name": _, ...older } = pod;
  assert.deepEqual(judgeReview(review({}, older), expected), proven);
});

test("what does not prove a pod of ours is refused, with the reason", () => {
  const table: readonly (readonly [TokenReviewStatus, string, RegExp])[] = [
    [{}, "UNAUTHENTICATED", /refuses the token: it gives no reason/],
    [{ authenticated: false, error: "token has expired" }, "UNAUTHENTICATED", /refuses the token: token has expired/],
    [review({ audiences: ["https://kubernetes.default.svc"] }), "UNAUTHENTICATED", /not proven to be for audience ptp/],
    [{ authenticated: true, user: review().user }, "UNAUTHENTICATED", /not proven to be for audience/],
    [review({ user: { username: "system:admin" } }), "PERMISSION_DENIED", /is of system:admin, agents are system:/],
    [review({ user: {} }), "PERMISSION_DENIED", /agents are/],
    [review({}, {}), "PERMISSION_DENIED", /bound to no pod/],
    [review({}, { ...pod, "pod-uid": ["u", "v"] }), "PERMISSION_DENIED", /bound to no pod/],
  ];
  const words = table.map(([status, code, reason]) => {
    const judged = judgeReview(status, expected);
    assert.ok(!judged.ok, String(reason));
    assert.equal(judged.status, code);
    assert.match(judged.reason, reason);
    return judged.word;
  });
  assert.deepEqual(new Set(words), new Set(["not-authenticated", "wrong-audience", "wrong-service-account", "no-pod"]));
});

test("the node is the one where the operator itself sees the pod", () => {
  const proven = { ok: true, podUid: "u", podName: "agent-x", nodeName: "n1" } as const;
  const seen = { name: "agent-x", nodeName: "n1", phase: "Running" };
  assert.deepEqual(nodeOfPod(proven, seen), { ok: true, nodeName: "n1" });
  const { nodeName: _, ...older } = proven;
  assert.deepEqual(nodeOfPod(older, seen), { ok: true, nodeName: "n1" });
  const table = [
    [undefined, "UNAUTHENTICATED", /agent-x \(uid u\) is not known/],
    [{ name: "agent-x" }, "UNAUTHENTICATED", /is on no node yet/],
    [{ ...seen, phase: "Failed" }, "UNAUTHENTICATED", /has ended \(Failed\)/],
    [{ ...seen, nodeName: "n2" }, "PERMISSION_DENIED", /for node n1, pod agent-x \(uid u\) is on node n2/],
  ] as const;
  const words = table.map(([known, code, reason]) => {
    const judged = nodeOfPod(proven, known);
    assert.ok(!judged.ok, String(reason));
    assert.equal(judged.status, code);
    assert.match(judged.reason, reason);
    return judged.word;
  });
  assert.deepEqual(words, ["pod-unknown", "pod-unscheduled", "pod-ended", "wrong-node"]);
});
