import { createCertificates, type Certificates } from "@ptp/kit/testing/certificates";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { worldMissing } from "../../tools/demo/requirements.ts";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import type { Host } from "../../tools/lab/lab.ts";
import { openUpdateWorld } from "./testing/update-world.ts";

const namespace = "openshift-ptp";
/** What the chart's PodMonitor asks for: nodes are reached by addresses, which one certificate cannot list. */
const serverName = `linuxptp-daemon.${namespace}.svc`;
const operatorConfig = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpoperatorconfigs/default`;

test("an agent serves metrics and events by HTTPS alone", { timeout: 400_000 }, async (t) => {
  const missing = await worldMissing(["4.2"]);
  if (missing !== undefined) return t.skip(missing);
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return;
  const certificates = createCertificates();
  t.after(() => certificates.remove());
  certificates.issue({ name: "agent", subjectAltName: `DNS:${serverName}` });
  certificates.issue({ name: "prometheus", subjectAltName: "DNS:prometheus" });
  const world = await openUpdateWorld(t, plane, ["n1"]);
  await until("the operator is there", async () => hasObject(plane, operatorConfig), 60_000);
  await plane.apply(objectsOf(certificates));
  const spec = { ptpEventConfig: { enableEventPublisher: true } };
  await plane.api.request("PATCH", operatorConfig, { spec }, "application/merge-patch+json");
  await world.settings({
    metrics: { tls: { secretName: "agent-tls", clientCaConfigMap: "readers" } },
    events: { tls: { secretName: "agent-tls" } },
  });
  const host = world.host("n1");
  const { data } = (await plane.api.request("GET", `/api/v1/namespaces/${namespace}/configmaps/readers`)) as ConfigMap;
  const ca = data["ca.crt"];
  const prometheus = { cert: read(certificates.certPath("prometheus")), key: read(certificates.keyPath("prometheus")) };

  await t.test("metrics, to who shows a certificate of the readers' authority", async () => {
    let text = "";
    const isScraped = async (): Promise<boolean> => {
      text = await get(host, { port: 9091, path: "/metrics", servername: serverName, ca, ...prometheus });
      return text.startsWith("200\n");
    };
    await until("a scrape by HTTPS", isScraped, 150_000).catch(() => assert.fail(`${text}\n${lastWords(world)}`));
    assert.match(text, /^ptp_agent_/m);
    assert.doesNotMatch(await get(host, { port: 9091, path: "/metrics", servername: serverName, ca }), /^200/);
    const other = { port: 9091, path: "/metrics", servername: "elsewhere.svc", ca, ...prometheus };
    assert.match(await get(host, other), /does not match certificate/, "the name is compared");
    // An alert, a reset, or nothing for seconds: no HTTP. That the agent is not just away is told by HTTPS.
    await assert.rejects(host.httpGet(9091, "/metrics"), /did not answer in HTTP|http-get 9091/);
    await until("another scrape by HTTPS", isScraped);
  });

  await t.test("events, to everybody who trusts that authority", async () => {
    const health = { port: 9043, path: "/api/ocloudNotifications/v2/health", servername: serverName, ca };
    const isServed = async (): Promise<boolean> => (await get(host, health)).startsWith("200\n");
    await until("events by HTTPS", isServed, 90_000).catch(() => assert.fail(lastWords(world)));
  });
});

interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
}

function objectsOf(certificates: Certificates): readonly object[] {
  const metadata = (name: string) => ({ name, namespace });
  const ca = read(certificates.certPath("ca"));
  const stringData = {
    "tls.crt": read(certificates.certPath("agent")),
    "tls.key": read(certificates.keyPath("agent")),
  };
  return [
    { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata: metadata("agent-tls"), stringData },
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("readers"), data: { "ca.crt": ca } },
  ];
}

async function hasObject({ api }: ControlPlane, path: string): Promise<boolean> {
  return await api.request("GET", path).then(
    () => true,
    () => false,
  );
}

const script = `
const options = JSON.parse(process.argv[1]);
require("node:https").get({ host: "127.0.0.1", agent: false, ...options }, (response) => {
  process.stdout.write(response.statusCode + "\\n");
  response.pipe(process.stdout);
}).on("error", (error) => process.stdout.write(error.message));
`;

/** Asks from inside the host: the status and the body, or why there is none. */
async function get(host: Host, options: Readonly<Record<string, unknown>>): Promise<string> {
  return await host.run(["timeout", "30", process.execPath, "-e", script, JSON.stringify(options)]);
}

function lastWords({ kubelet }: Awaited<ReturnType<typeof openUpdateWorld>>): string {
  return kubelet.lines("n1").slice(-20).join("\n");
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
