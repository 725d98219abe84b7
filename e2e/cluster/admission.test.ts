import { credentials, Metadata } from "@grpc/grpc-js";
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test, type TestContext } from "node:test";
import { connect } from "node:tls";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { agentToken, createAgentPod } from "./testing/agent-pod.ts";
import { connectAgent, type SimulatedAgent } from "./testing/simulated-agent.ts";
import { createWebhookWorld, type Replica } from "./testing/webhook-world.ts";

const core = "/api/v1/namespaces/openshift-ptp";
const ours = "/apis/ptp.openshift.io/v1/namespaces/openshift-ptp";
const webhookPath = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ptp-operator-openshift-ptp";
const mergePatch = "application/merge-patch+json";

interface Secret {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly data: Readonly<Record<string, string>>;
}

test(
  "two replicas at first start: one authority, trusted by agents and API server",
  { timeout: 400_000 },
  async (t) => {
    const plane = await openControlPlane(t, { controllerManager: false });
    if (plane === undefined) return;
    // On a machine that stands still nobody answers in 5 s, and the chart's policy is then to let pass.
    const world = await createWebhookWorld(t, plane, ["--set", "webhook.timeoutSeconds=30"]);
    await plane.createNodes(["n1"]);
    const [a, b] = await Promise.all([world.start("a"), world.start("b")]);
    for (const replica of [a, b]) await until("a replica is ready", () => replica.isReady(), 60_000);

    await t.test("there is one authority; bundle, certificate and webhook fit it", async () => {
      // Agents can be served before the webhook is told, or the last step's line has come.
      await until("the webhook is told", async () => (await trust(plane)).isTold);
      const { authorities, bundle, server } = await trust(plane);
      assert.equal(authorities.length, 1);
      assert.ok(server.verify(new X509Certificate(bundle).publicKey));
      const steps = () => [...a.lines, ...b.lines].flatMap((line) => /"step":"(\w+)"/.exec(line)?.[1] ?? []);
      await until("all steps are told", () => steps().includes("issue"));
      assert.deepEqual(steps(), ["found", "publish", "issue"]);
    });

    await t.test("an agent with its token gets a session at every replica", async (t) => {
      const token = await agentToken(plane, await createAgentPod(plane, "agent-1", "n1"));
      for (const { address } of [a, b]) assert.equal((await join(t, plane, address, token)).nodeName, "n1");
    });

    await world.askAt(a);
    await t.test("the API server asks: allowed, warned, refused", (t) => answers(t, plane, a));
    await t.test("webhooks may also be registered by URL", () => byUrl(plane, a));
    await t.test("the certificate is lost under load: a new one, and nothing is refused or cut", (t) =>
      lostCertificate(t, plane, { a, b }),
    );
    await t.test("the keys are lost: a new authority is told before it signs", () => lostKeys(plane));
    await t.test("somebody else's Secret under our name is not touched", () => foreignSecret(plane, [a, b]));
    await t.test("the operator is away: resources are taken, other work goes on", async () => {
      const forbidden = [...a.lines, ...b.lines].filter((line) => line.includes("forbidden"));
      assert.deepEqual(forbidden, [], "the chart's permissions are enough");
      await Promise.all([a.kill(), b.kill()]);
      await create(plane, "away", { clockType: "OC" });
      const fail = [{ op: "replace", path: "/webhooks/0/failurePolicy", value: "Fail" }];
      await plane.api.request("PATCH", webhookPath, fail, "application/json-patch+json");
      await until("the policy is known", () =>
        create(plane, "more", {}, true).then(
          () => false,
          () => true,
        ),
      );
      const path = `${ours}/ptpconfigs/away`;
      const relabel = (finalizers: readonly string[]) =>
        plane.api.request("PATCH", path, { metadata: { labels: { c: "d" }, finalizers } }, mergePatch);
      await relabel(["ptp.example/f"]);
      await plane.api.request("DELETE", path);
      await relabel([]);
      await assert.rejects(plane.api.request("GET", path), /404|not found/);
      await plane.kubectl(["create", "configmap", "unrelated"]);
    });
  },
);

function ptpConfig(name: string, ptpSettings: Readonly<Record<string, string>>) {
  return {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name, namespace: "openshift-ptp" },
    spec: {
      profile: [{ name: "p", ptp4lConf: "[global]\nno_such_option 1\n", ptpSettings }],
      recommend: [{ profile: "p", priority: 1, match: [{ nodeName: "n1" }] }],
    },
  };
}

async function create({ api }: ControlPlane, name: string, settings: Readonly<Record<string, string>>, dryRun = false) {
  await api.request("POST", `${ours}/ptpconfigs${dryRun ? "?dryRun=All" : ""}`, ptpConfig(name, settings));
}

async function answers(t: TestContext, plane: ControlPlane, replica: Replica): Promise<void> {
  const refusal =
    /admission webhook "vptpconfig\.ptp\.openshift\.io" denied the request: spec\.profile\[0\]\.ptpSettings/;
  await until("the API server asks", () =>
    create(plane, "bad", { clockType: "OC" }).then(
      () => removed(plane),
      () => true,
    ),
  );
  await assert.rejects(create(plane, "bad", { clockType: "OC" }), refusal);
  await create(plane, "good", {});
  const said = await plane.kubectl(["apply", "--dry-run=server", "--output", "name", "--filename", "-"], {
    stdin: JSON.stringify(ptpConfig("warned", {})),
  });
  assert.match(said, /warned/);
  const path = `${ours}/ptpconfigs/good`;
  const edit = (spec: object) => plane.api.request("PATCH", path, { spec }, mergePatch);
  await assert.rejects(edit({ profile: [{ name: "p", ptpSettings: { clockType: "OC" } }] }), refusal);
  await plane.api.request("PATCH", path, { metadata: { labels: { a: "b" } } }, mergePatch);
  await assert.rejects(
    plane.api.request("POST", `${ours.replace("/v1/", "/v2alpha1/")}/hardwareconfigs`, {
      apiVersion: "ptp.openshift.io/v2alpha1",
      kind: "HardwareConfig",
      metadata: { name: "h", namespace: "openshift-ptp" },
      spec: { profile: { name: "h", clockChain: { structure: [] } } },
    }),
    /denied the request: .*at least one subsystem/,
  );
  const event = { enableEventPublisher: true, apiVersion: "1.0" };
  await assert.rejects(
    plane.api.request("POST", `${ours}/ptpoperatorconfigs`, {
      apiVersion: "ptp.openshift.io/v1",
      kind: "PtpOperatorConfig",
      metadata: { name: "default", namespace: "openshift-ptp" },
      spec: { daemonNodeSelector: {}, ptpEventConfig: event },
    }),
    /denied the request: .*v1 is no longer supported/,
  );
  const text = await replica.metrics();
  assert.match(text, /ptp_operator_admission_requests_total\{kind="PtpConfig",result="denied"\} [1-9]/);
  assert.match(text, /ptp_operator_admission_requests_total\{kind="PtpConfig",result="warned"\} [1-9]/);
  assert.match(text, /ptp_operator_admission_duration_seconds_count [1-9]/);
  t.diagnostic(
    text
      .split("\n")
      .filter((line) => /admission_duration_seconds_(sum|count)/.test(line))
      .join(" "),
  );
}

/** It was taken before the API server knew the webhook. */
async function removed({ api }: ControlPlane): Promise<boolean> {
  await api.request("DELETE", `${ours}/ptpconfigs/bad`);
  return false;
}

/** A configuration of another kind of address gets its bundle too; the certificate is for the Service's name only. */
async function byUrl(plane: ControlPlane, { webhookPort }: Replica): Promise<void> {
  const before = (await plane.api.request("GET", webhookPath)) as Configuration;
  const [first, ...rest] = before.webhooks;
  assert.ok(first);
  const url = `https://127.0.0.1:${webhookPort}/validate-ptp-openshift-io-v1-ptpconfig`;
  const webhooks = [{ ...first, clientConfig: { url } }, ...rest];
  await plane.api.request("PUT", webhookPath, { ...before, webhooks });
  await until("the bundle is there again", async () => {
    const { webhooks: now } = (await plane.api.request("GET", webhookPath)) as Configuration;
    return now[0]?.clientConfig.url === url && now[0].clientConfig.caBundle === rest[0]?.clientConfig.caBundle;
  });
  const { metadata } = (await plane.api.request("GET", webhookPath)) as Configuration;
  await plane.api.request("PUT", webhookPath, { ...before, metadata });
}

interface Configuration {
  readonly metadata: object;
  readonly webhooks: readonly { readonly clientConfig: { readonly url?: string; readonly caBundle?: string } }[];
}

async function trust(plane: ControlPlane) {
  const keys = (await plane.api.request("GET", `${core}/secrets/ptp-operator-ca`)) as Secret;
  const tls = (await plane.api.request("GET", `${core}/secrets/ptp-operator-tls`)) as Secret;
  const map = (await plane.api.request("GET", `${core}/configmaps/ptp-operator-agent-ca`)) as Secret;
  const { webhooks } = (await plane.api.request("GET", webhookPath)) as Configuration;
  const bundle = map.data["ca.crt"] ?? "";
  const caBundles = new Set(webhooks.map(({ clientConfig }) => clientConfig.caBundle ?? ""));
  return {
    keys,
    tls,
    bundle,
    authorities: bundle.match(/BEGIN CERTIFICATE/g) ?? [],
    /** Whether the API server trusts for all webhooks whom agents trust. */
    isTold: caBundles.size === 1 && Buffer.from([...caBundles].join(""), "base64").toString() === bundle,
    server: new X509Certificate(Buffer.from(tls.data["tls.crt"] ?? "", "base64")),
  };
}

/** As often as a replica does not know the agent's pod yet. */
async function join(t: TestContext, plane: ControlPlane, address: string, token: string): Promise<SimulatedAgent> {
  const { bundle } = await trust(plane);
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  const channelOptions = { "grpc.ssl_target_name_override": "ptp-operator.openshift-ptp.svc" };
  const target = { address, credentials: credentials.createSsl(Buffer.from(bundle)), metadata, channelOptions };
  let agent: SimulatedAgent | undefined;
  let problem = "";
  const isServed = async (): Promise<boolean> => {
    agent = await connectAgent(t, target).catch((error: unknown) => void (problem = String(error)));
    return agent !== undefined;
  };
  await until("a session", isServed).catch(() => assert.fail(problem));
  assert.ok(agent);
  return agent;
}

async function lostCertificate(
  t: TestContext,
  plane: ControlPlane,
  { a, b }: Record<"a" | "b", Replica>,
): Promise<void> {
  const token = await agentToken(plane, await createAgentPod(plane, "agent-2", "n1"));
  const agent = await join(t, plane, b.address, token);
  let isOver = false;
  const listening = (async () => {
    for await (const _ of agent.session.messages);
  })();
  void listening.catch(() => {}).finally(() => (isOver = true));
  const failPolicy = { op: "replace", path: "/webhooks/0/failurePolicy", value: "Fail" };
  await plane.api.request("PATCH", webhookPath, [failPolicy], "application/json-patch+json");
  const before = await trust(plane);
  let asked = 0;
  const stop = new AbortController();
  const load = (async () => {
    for (; !stop.signal.aborted; asked += 1) await create(plane, "load", {}, true);
  })();
  // Told where it is waited for.
  load.catch(() => {});
  const areAnswered = async (count: number): Promise<boolean> => {
    await Promise.race([load, Promise.resolve()]);
    return asked > count;
  };
  await until("questions are answered", () => areAnswered(20));
  await plane.api.request("DELETE", `${core}/secrets/ptp-operator-tls`);
  await until(
    "there is a new certificate",
    async () => (await trust(plane).catch(() => before)).tls.metadata.uid !== before.tls.metadata.uid,
  );
  const after = await trust(plane);
  assert.equal(after.bundle, before.bundle);
  assert.notEqual(after.server.fingerprint256, before.server.fingerprint256);
  for (const { address } of [a, b]) {
    await until("it is shown", async () => (await shown(address)) === after.server.fingerprint256);
  }
  const sofar = asked;
  await until("questions are still answered", () => areAnswered(sofar + 20));
  stop.abort();
  await load;
  assert.equal(isOver, false, "the session goes on");
  await plane.api.request("PATCH", webhookPath, [{ ...failPolicy, value: "Ignore" }], "application/json-patch+json");
}

async function shown(address: string): Promise<string> {
  const [host = "", port] = address.split(":");
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function lostKeys(plane: ControlPlane): Promise<void> {
  const before = await trust(plane);
  await plane.api.request("DELETE", `${core}/secrets/ptp-operator-ca`);
  await until("both authorities are told", async () => {
    const now = await trust(plane).catch(() => undefined);
    return now?.authorities.length === 2 && now.isTold;
  });
  const after = await trust(plane);
  assert.equal(after.server.fingerprint256, before.server.fingerprint256, "what is shown stays until all agents know");
  assert.ok(after.bundle.includes(before.bundle));
  assert.ok("next.key" in after.keys.data && !("ca.key" in after.keys.data));
  await create(plane, "after", {}, true);
}

async function foreignSecret(plane: ControlPlane, replicas: readonly Replica[]): Promise<void> {
  const path = `${core}/secrets/ptp-operator-ca`;
  await plane.api.request(
    "PATCH",
    path,
    { metadata: { labels: { "app.kubernetes.io/managed-by": "me" } } },
    mergePatch,
  );
  await until("it is told", () =>
    replicas.some(({ lines }) => lines.some((line) => line.includes("was not made by this operator"))),
  );
  const { metadata } = (await plane.api.request("GET", path)) as Secret;
  await plane.api.request("DELETE", `${core}/secrets/ptp-operator-tls`);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const now = (await plane.api.request("GET", path)) as Secret;
  assert.equal(now.metadata.resourceVersion, metadata.resourceVersion);
  await plane.api.request("DELETE", path);
  await until("all is made anew", async () => (await trust(plane).catch(() => undefined))?.tls !== undefined);
}
