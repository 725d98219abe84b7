import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { callApi, startConsumer } from "../../packages/agent/src/events/testing/events-process.ts";
import { createCertificates } from "../../packages/kit/src/testing/certificates.ts";
import { freePorts } from "../../tools/kubernetes/control-plane/free-ports.ts";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { collectLines } from "../../tools/lab/line-log.ts";
import { agentToken, createAgentPod } from "./testing/agent-pod.ts";
import { openOperatorWorld } from "./testing/operator-world.ts";

const agentProgram = join(import.meta.dirname, "../../packages/agent/src/main.ts");
const audience = "ptp-events.ptp.openshift.io";
const api = "/api/ocloudNotifications/v2";
const ResourceAddress = "/cluster/node/n1/sync/sync-status/sync-state";

test("consumers change subscriptions by tokens that a real API server knows", { timeout: 400_000 }, async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const world = await openOperatorWorld(t, plane);
  await plane.createNodes(["n1"]);
  const operator = world.start("a");
  const agent = await startAgent(t, plane, operator.address);
  const consumer = await startConsumer(t);
  const tokenOf = await openAccounts(plane);
  const subscribe = (token: string | undefined, name: string) =>
    agent.call("POST", "/subscriptions", token, { EndpointUri: consumer.uri(name), ResourceAddress });

  const [app, other] = [await tokenOf("app"), await tokenOf("other")];
  assert.equal((await answered(() => subscribe(app, "first"))).status, 201);
  assert.equal((await subscribe(undefined, "x")).status, 401);
  assert.equal(
    (await answered(() => subscribe(other, "x"))).status,
    403,
    "valid, but not named by --event-token-subjects",
  );
  const forged = `${app.slice(0, -20)}${"A".repeat(20)}`;
  const refused = await answered(() => subscribe(forged, "x"));
  assert.match(refused.headers["www-authenticate"] ?? "", /error_description="the API server refuses the token/);
  const ofAgents = await tokenOf("app", "ptp-agent.ptp.openshift.io");
  assert.equal((await answered(() => subscribe(ofAgents, "x"))).status, 401);
  const [made] = JSON.parse((await agent.call("GET", "/subscriptions")).body) as { SubscriptionId: string }[];
  const takeAway = () => agent.call("DELETE", `/subscriptions/${made?.SubscriptionId}`, other);
  assert.equal((await answered(takeAway)).status, 403);

  await t.test("while no operator is there: 503 for what is new, what is known goes on, and so do events", async () => {
    const [fresh, known] = [await tokenOf("app"), await tokenOf("app")];
    // Known for a minute from now on; the first token may have been known for nearly as long.
    assert.equal((await answered(() => subscribe(known, "known"))).status, 201);
    await operator.kill();
    const away = await until503(() => subscribe(fresh, "second"));
    assert.equal(away.headers["retry-after"], "1");
    assert.equal((await subscribe(known, "third")).status, 201);
    world.start("a");
    assert.equal((await answered(() => subscribe(fresh, "second"))).status, 201, "the operator is back");
  });

  await t.test("a token ends with its account, a minute later at most", async () => {
    await plane.kubectl(["delete", "serviceaccount", "app", "--namespace", "vdu"]);
    // A connection that a stall cut off says nothing of the token.
    const ask = () => agent.call("DELETE", "/subscriptions/none", app).catch(() => undefined);
    const isOver = async () => (await ask())?.status === 401;
    await until("the token is worth nothing", isOver, 150_000);
  });
});

/** What is said in the end to who asks again when told to: 503 comes before the session, and for one token too many. */
async function answered(ask: () => ReturnType<typeof callApi>) {
  const endMs = performance.now() + 90_000;
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503 || performance.now() > endMs) return answer;
    await sleep(Number(answer.headers["retry-after"]) * 1_000);
  }
}

async function until503(ask: () => ReturnType<typeof callApi>) {
  let answer = await ask();
  await until("503", async () => (answer = await ask()).status === 503, 20_000);
  return answer;
}

/** Accounts of consumers; returns what makes tokens of them. */
async function openAccounts(plane: ControlPlane) {
  await plane.kubectl(["create", "namespace", "vdu"]);
  for (const name of ["app", "other"]) await plane.kubectl(["create", "serviceaccount", name, "--namespace", "vdu"]);
  return (serviceAccount: string, wanted = audience) =>
    plane.serviceAccountToken({ namespace: "vdu", serviceAccount, audience: wanted });
}

/** A real agent that serves events by HTTPS to who has a token, with a /run of its own. */
async function startAgent(t: TestContext, plane: ControlPlane, operatorAddress: string) {
  const certificates = createCertificates();
  t.after(() => certificates.remove());
  certificates.issue({ name: "events" });
  // Read by the user of the events process.
  await chmod(dirname(certificates.keyPath("events")), 0o711);
  await chmod(certificates.keyPath("events"), 0o644);
  const pod = await createAgentPod(plane, "agent-1", "n1");
  const [tokenPath, statePath, programs] = ["agent.token", "agent-state", "no-programs"].map((name) =>
    join(plane.dir, name),
  );
  assert.ok(tokenPath !== undefined && statePath !== undefined && programs !== undefined);
  await writeFile(tokenPath, await agentToken(plane, pod));
  await mkdir(programs);
  const [eventPort = 0, metricsPort = 0] = await freePorts(2);
  const operator = ["--operator", operatorAddress, "--operator-ca", join(plane.dir, "operator.crt")];
  const places = ["--token-file", tokenPath, "--state-dir", statePath, "--program-path", programs, "--node-name", "n1"];
  const binds = ["--metrics-bind-address", `127.0.0.1:${metricsPort}`, "--probe-bind-address", "127.0.0.1:0"];
  const events = [
    "--enable-event-publisher",
    "--event-bind-address",
    `127.0.0.1:${eventPort}`,
    "--event-allow-loopback",
  ];
  const https = [
    "--event-tls-cert",
    certificates.certPath("events"),
    "--event-tls-key",
    certificates.keyPath("events"),
  ];
  const tokens = ["--event-tokens", "--event-token-subjects", "system:serviceaccount:vdu:app", "--event-own-mutations"];
  const flags = [...operator, ...places, ...binds, ...events, ...https, ...tokens];
  const ownRun = 'mount -t tmpfs tmpfs /run && exec "$@"';
  const command = ["-m", "sh", "-c", ownRun, "sh", process.execPath, agentProgram, ...flags];
  const child = spawn("unshare", command, {
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const { lines } = collectLines([child.stdout]);
  const ca = readFileSync(certificates.certPath("ca"), "utf8");
  const call = (method: string, path: string, token?: string, body?: unknown) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return callApi(eventPort, { method, path: `${api}${path}`, body, headers, ca });
  };
  const isHealthy = async () => (await call("GET", "/health").catch(() => undefined))?.status === 200;
  await until("events are served", isHealthy, 60_000).catch(() => assert.fail(lines.join("\n")));
  return { call };
}
