import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { agentToken, createAgentPod } from "./testing/agent-pod.ts";
import { openOperatorWorld } from "./testing/operator-world.ts";

const namespace = "openshift-ptp";
const pods = `/api/v1/namespaces/${namespace}/pods`;

interface Refused {
  readonly status: string;
  readonly message: string;
}

test("only the agent of a node is taken for it, against a real API server", { timeout: 300_000 }, async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const world = await openOperatorWorld(t, plane);
  await plane.createNodes(["n1", "n3"]);
  const operator = world.start("a");
  const pod = await createAgentPod(plane, "agent-1", "n1");
  const token = await agentToken(plane, pod);
  (await world.connect(operator, token)).session.close();

  await t.test("each refusal has a reason of its own: to the agent, in the log, in the metrics", async () => {
    const table = await wrongTokens(plane, token, pod);
    for (const { word, authorization, status, message, claimedName } of table) {
      const knock = () => world.knock(operator, authorization, claimedName);
      await untilPodIsKnown(knock);
      await assert.rejects(knock(), { status, message }, word);
      const isTold = (line: string) => line.includes("agent refused") && line.includes(`"word":"${word}"`);
      await until(`the log tells ${word}`, () => operator.lines.some(isTold));
    }
    const metrics = await world.metricsOf("a");
    const seen = new Map(
      [...metrics.matchAll(/^ptp_operator_agent_refusals_total\{reason="(.*)"\} (\d+)/gm)].map(([, word, count]) => [
        word,
        count,
      ]),
    );
    for (const { word } of table) assert.ok(Number(seen.get(word)) > 0, word);
    assert.equal(seen.get("review-failed"), "0", "what has not happened stands at 0");
  });

  await t.test("a pod that is deleted by force takes its session along, and its token opens no other", async () => {
    const gone = await createAgentPod(plane, "agent-gone", "n3");
    const goneToken = await agentToken(plane, gone);
    const agent = await world.connect(operator, goneToken);
    const startMs = performance.now();
    await plane.api.request("DELETE", `${pods}/agent-gone`, { gracePeriodSeconds: 0 });
    await assert.rejects(agent.ended(), {
      status: "UNAUTHENTICATED",
      message: /pod agent-gone .* is not known: it is deleted.*; its session ends/,
    });
    // Two seconds of grace, and what a slow machine takes.
    assert.ok(performance.now() - startMs < 15_000, `${performance.now() - startMs} ms`);
    // At once, though the API server itself may take the token for 10 s more.
    await assert.rejects(world.knock(operator, `Bearer ${goneToken}`), { status: "UNAUTHENTICATED" });
    const bearer = `Bearer ${goneToken}`;
    await until("the API server forgets the token", async () => !(await isAuthentic(plane, goneToken)), 60_000);
    const fresh = world.start("b");
    await until(
      "a replica without memory is told by the API server",
      () =>
        world.knock(fresh, bearer).then(
          () => assert.fail("a token outlived its pod"),
          ({ message }: Refused) => message.includes("the API server refuses the token"),
        ),
      60_000,
    );
  });
});

/** A pod that was made just now may not have come to the operator yet. */
async function untilPodIsKnown(knock: () => Promise<unknown>): Promise<void> {
  const isKnown = () =>
    knock().then(
      () => true,
      ({ message }: Refused) => !message.includes("not yet seen"),
    );
  await until("the operator knows the pod", isKnown);
}

/** The API server takes a token for 10 s after its pod is gone. */
async function isAuthentic(plane: ControlPlane, token: string): Promise<boolean> {
  const apiVersion = "authentication.k8s.io/v1";
  const review = { apiVersion, kind: "TokenReview", spec: { token, audiences: ["ptp-agent.ptp.openshift.io"] } };
  const answer = await plane.api.request("POST", `/apis/${apiVersion}/tokenreviews`, review);
  return (answer as { readonly status: { readonly authenticated?: boolean } }).status.authenticated === true;
}

interface WrongToken {
  readonly word: string;
  readonly authorization: string | undefined;
  readonly status: string;
  readonly message: RegExp;
  readonly claimedName?: string;
}

async function wrongTokens(
  plane: ControlPlane,
  token: string,
  pod: { name: string; uid: string },
): Promise<readonly WrongToken[]> {
  await plane.kubectl(["create", "serviceaccount", "other", "--namespace", namespace]);
  const other = await createAgentPod(plane, "other-1", "n1", "other");
  const audience = "ptp-agent.ptp.openshift.io";
  const ofOther = await plane.serviceAccountToken({ namespace, serviceAccount: "other", audience, pod: other });
  const waiting = await createAgentPod(plane, "agent-waiting", undefined);
  const forged = `${token.slice(0, -20)}${"A".repeat(20)}`;
  const row = (word: string, authorization: string | undefined, status: string, message: RegExp): WrongToken => ({
    word,
    authorization,
    status,
    message,
  });
  return [
    row("no-token", undefined, "UNAUTHENTICATED", /no token: send metadata/),
    row("no-token", "Basic eDp5", "UNAUTHENTICATED", /no token/),
    row("no-service-account-token", "Bearer x", "UNAUTHENTICATED", /mount a projected one/),
    row(
      "wrong-audience",
      `Bearer ${await agentToken(plane, pod, "x.example")}`,
      "UNAUTHENTICATED",
      /audience x\.example, not .*: set the audience/,
    ),
    row(
      "expired",
      `Bearer ${expired(token)}`,
      "UNAUTHENTICATED",
      /expired at 2001-.*: the agent must read its file again/,
    ),
    row("not-authenticated", `Bearer ${forged}`, "UNAUTHENTICATED", /the API server refuses the token/),
    row(
      "wrong-service-account",
      `Bearer ${ofOther}`,
      "PERMISSION_DENIED",
      /openshift-ptp:other, agents are .*: set the agent's serviceAccountName/,
    ),
    row("no-pod", `Bearer ${await agentToken(plane, undefined)}`, "PERMISSION_DENIED", /bound to no pod: use/),
    row("pod-unscheduled", `Bearer ${await agentToken(plane, waiting)}`, "UNAUTHENTICATED", /is on no node yet/),
    {
      ...row(
        "wrong-name",
        `Bearer ${token}`,
        "PERMISSION_DENIED",
        /calls itself n3, its pod is on node n1: set NODE_NAME/,
      ),
      claimedName: "n3",
    },
  ];
}

/** The token with another end of its life; nobody looks at the signature of such a one. */
function expired(token: string): string {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Readonly<Record<string, unknown>>;
  return [head, Buffer.from(JSON.stringify({ ...claims, exp: 1e9 })).toString("base64url"), signature].join(".");
}
