import { credentials } from "@grpc/grpc-js";
import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createAdmissionServer } from "../../packages/operator/src/admission/admission-server.ts";
import { authorityNames } from "../../packages/operator/src/authority/authority-names.ts";
import { createAuthorityWatch } from "../../packages/operator/src/authority/authority-watch.ts";
import { createAuthority } from "../../packages/operator/src/authority/authority.ts";
import type { AgentIdentity } from "../../packages/operator/src/identity/agent-identity.ts";
import { defaultSessionSettings } from "../../packages/operator/src/sessions/session-settings.ts";
import { createSessions } from "../../packages/operator/src/sessions/sessions.ts";
import { createTokenListener } from "../../packages/operator/src/sessions/token-listener.ts";
import { createSecretCertificate } from "../../packages/operator/src/tls/secret-certificate.ts";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { connect } from "./testing/connect.ts";
import { connectAgent } from "./testing/simulated-agent.ts";

const namespace = "ptp";
const names = authorityNames("ptp-operator", namespace);
const configurations = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
/**
 * Years in seconds: an authority lives 75 s, a certificate 24 s; agents learn of authorities within 3 s. Each change has 8 s
 * to spare, in which a machine may stand still.
 */
const periods = { authorityMs: 75_000, serverMs: 24_000, overlapMs: 12_000, backdateMs: 1000, slackMs: 1000 };
const agentLagMs = 3000;

test(
  "through changes of certificate and authority nothing is refused, and no session ends",
  { timeout: 400_000 },
  async (t) => {
    const plane = await openControlPlane(t, { controllerManager: false });
    if (plane === undefined) return;
    await plane.api.request("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    const { sessionPort, admissionPort } = await serve(t, plane);
    await askAt(plane, admissionPort);
    const world = await startLoad(plane, sessionPort);
    t.after(() => world.stop());
    const first = world.told();
    assert.equal(first.length, 1);
    const old = await join(t, sessionPort, first);
    const ended = sessionEnd(old);
    const seen = new Set<string>();
    await until(
      "the first authority is forgotten",
      () => {
        for (const pem of world.told()) seen.add(pem);
        return seen.size > 1 && !world.told().includes(first[0] ?? "");
      },
      180_000,
    );
    const { counts, problems } = world;
    await until("many have asked and joined", () => counts.asked > 200 && counts.joined > 100, 120_000);
    await world.stop();
    assert.deepEqual(problems, []);
    t.diagnostic(`${counts.asked} questions, ${counts.joined} sessions, ${seen.size} authorities`);
    assert.equal(
      await Promise.race([ended, Promise.resolve("goes on")]),
      "goes on",
      "the session of the first authority",
    );
  },
);

/** One replica, with periods of its own. */
async function serve(t: TestContext, plane: ControlPlane) {
  const client = connect(t, plane.adminKubeconfig);
  const log = silentLogger;
  const watch = createAuthorityWatch({ client, log, names, hasWebhook: true });
  const certificate = createSecretCertificate({ watch, names, log });
  const authority = createAuthority({ client, watch, names, log, nowUnixMs: Date.now, periods });
  const events = { changed: () => {}, configPushed: () => {}, resultHeard: () => {}, refused: () => {} };
  const sessions = createSessions({ settings: defaultSessionSettings, log, events, nowUnixMs: Date.now });
  let count = 0;
  const ended = new AbortController().signal;
  const identity: AgentIdentity = {
    whileProven: (_, run) => {
      const nodeName = `n${(count += 1)}`;
      const config = { nodeName, profiles: [], hardware: [], plugins: [], secrets: [] };
      sessions.push({ config, revision: "r" });
      return run({ nodeName, podName: "p", ended, checkName: () => {} });
    },
  };
  const at = { host: "127.0.0.1", port: 0, certificate, log };
  const agents = createTokenListener({ ...at, identity, sessions });
  const admission = createAdmissionServer({ ...at, context: () => ({ counts: () => true }), answered: () => {} });
  for (const part of [watch, certificate, authority, agents, admission]) {
    await part.start(new AbortController().signal);
    t.after(() => part.stop());
  }
  await until("there is a certificate", () => certificate.current() !== undefined);
  return { sessionPort: agents.port(), admissionPort: admission.port() };
}

/** The webhook asks about ConfigMaps, which it lets pass with a warning: no CRD is needed. */
async function askAt(plane: ControlPlane, port: number): Promise<void> {
  const metadata = { name: "ptp-operator-webhook", namespace };
  const spec = { type: "ExternalName", externalName: "localhost" };
  const path = "/validate-ptp-openshift-io-v1-ptpconfig";
  await plane.apply([{ apiVersion: "v1", kind: "Service", metadata, spec }]);
  await plane.api.request("POST", configurations, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: names.webhook },
    webhooks: [
      {
        name: "vptpconfig.ptp.openshift.io",
        clientConfig: { service: { ...metadata, path, port } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
        // Its own bundle must not depend on it.
        matchConditions: [{ name: "load", expression: "object.metadata.name == 'load'" }],
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        timeoutSeconds: 30,
      },
    ],
  });
  await until("the webhook has its bundle", async () => {
    const { webhooks } = (await plane.api.request("GET", `${configurations}/${names.webhook}`)) as {
      webhooks: { clientConfig: { caBundle?: string } }[];
    };
    return webhooks[0]?.clientConfig.caBundle !== undefined;
  });
  await until("it answers", () =>
    ask(plane).then(
      () => true,
      () => false,
    ),
  );
}

async function ask({ api }: ControlPlane): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
  await api.request("POST", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "load" } });
}

/** Questions and sessions all the time, by agents whose bundle is as old as it may be. */
async function startLoad(plane: ControlPlane, port: number) {
  const problems: string[] = [];
  const counts = { asked: 0, joined: 0 };
  const history: { readonly atMs: number; readonly pems: readonly string[] }[] = [];
  const stopping = new AbortController();
  const read = async (): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}/configmaps/${names.bundle}`;
    const { data } = (await plane.api.request("GET", path)) as { data: Readonly<Record<string, string>> };
    history.push({
      atMs: Date.now(),
      pems: (data["ca.crt"] ?? "").match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [],
    });
  };
  await read();
  const lagging = () => history.findLast(({ atMs }) => atMs <= Date.now() - agentLagMs) ?? history[0];
  const repeat = async (what: string, run: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await run().catch((error: unknown) => problems.push(`${what}: ${String(error)}`));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const loops = [
    repeat("bundle", read),
    repeat("question", async () => ask(plane).then(() => void (counts.asked += 1))),
    repeat("session", async () => {
      const agent = await connectAgent(
        { after: () => {} } as unknown as TestContext,
        target(port, lagging()?.pems ?? []),
      );
      agent.session.close();
      counts.joined += 1;
    }),
  ];
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(loops);
  };
  return { problems, counts, stop, told: () => history.at(-1)?.pems ?? [] };
}

function target(port: number, pems: readonly string[]) {
  const channelOptions = { "grpc.ssl_target_name_override": names.dnsNames[0] ?? "" };
  return {
    address: `127.0.0.1:${port}`,
    credentials: credentials.createSsl(Buffer.from(`${pems.join("\n")}\n`)),
    channelOptions,
  };
}

async function join(t: TestContext, port: number, pems: readonly string[]) {
  const agent = await connectAgent(t, target(port, pems));
  // The session of an agent that says nothing of its config ends after a minute.
  await agent.accept();
  return agent.session;
}

async function sessionEnd({ messages }: Awaited<ReturnType<typeof join>>): Promise<string> {
  try {
    for await (const _ of messages);
    return "ended";
  } catch (error) {
    return String(error);
  }
}
