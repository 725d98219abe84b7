import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { freePorts } from "../../../tools/kubernetes/control-plane/free-ports.ts";
import { installCrds } from "../../../tools/kubernetes/crds/custom-resources.ts";
import { collectLines } from "../../../tools/lab/line-log.ts";

/** A replica that makes its own certificate and serves admission. */
export interface Replica {
  /** Where agents reach it. */
  readonly address: string;
  readonly webhookPort: number;
  readonly lines: readonly string[];
  isReady(): Promise<boolean>;
  /** Its metrics as text. */
  metrics(): Promise<string>;
  kill(): Promise<void>;
}

/** The chart's permissions and webhook on a control plane. */
export interface WebhookWorld {
  start(podName: string, words?: readonly string[]): Promise<Replica>;
  /** Lets the API server ask one replica, at the chart's Service: there is no kube-proxy that would choose one. */
  askAt(replica: Replica): Promise<void>;
}

const root = join(import.meta.dirname, "../../..");
const namespace = "openshift-ptp";
const parts = [
  "rbac/cluster",
  "rbac/namespace",
  "rbac/secrets",
  "agent/service-account",
  "operator/webhook",
  "operator/service-account",
];

/** Installs CRDs, permissions and webhook of the chart, with its own values as words of helm. */
export async function createWebhookWorld(
  t: TestContext,
  plane: ControlPlane,
  values: readonly string[] = [],
): Promise<WebhookWorld> {
  const chart = join(root, "charts/ptp-operator");
  await installCrds(plane);
  await plane.kubectl(["create", "namespace", namespace]);
  const only = parts.flatMap((part) => ["--show-only", `templates/${part}.yaml`]);
  const manifest = await plane.helm(["template", "ptp-operator", chart, "--namespace", namespace, ...only, ...values]);
  await plane.kubectl(["apply", "--filename", "-"], { stdin: manifest });
  const kubeconfig = await plane.kubeconfig(`system:serviceaccount:${namespace}:ptp-operator`);
  return {
    start: (podName, words = []) => startReplica(t, { kubeconfig, podName, words }),
    askAt: ({ webhookPort }) => askAt(plane, webhookPort),
  };
}

async function askAt(plane: ControlPlane, port: number): Promise<void> {
  const metadata = { name: "ptp-operator-webhook", namespace };
  // The API server looks such a Service up itself, and still wants a certificate for the Service's name.
  const spec = { type: "ExternalName", externalName: "localhost" };
  await plane.apply([{ apiVersion: "v1", kind: "Service", metadata, spec }]);
  const path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ptp-operator-openshift-ptp";
  const { webhooks } = (await plane.api.request("GET", path)) as { webhooks: readonly unknown[] };
  const patch = webhooks.map((_, at) => ({
    op: "replace",
    path: `/webhooks/${at}/clientConfig/service/port`,
    value: port,
  }));
  await plane.api.request("PATCH", path, patch, "application/json-patch+json");
}

interface ReplicaPlace {
  readonly kubeconfig: string;
  readonly podName: string;
  readonly words: readonly string[];
}

async function startReplica(t: TestContext, { kubeconfig, podName, words }: ReplicaPlace): Promise<Replica> {
  const [session = 0, webhookPort = 0, probes = 0, metrics = 0] = await freePorts(4);
  const on = (port: number) => `127.0.0.1:${port}`;
  const addresses = ["--listen", on(session), "--webhook-bind-address", on(webhookPort)];
  const http = ["--health-probe-bind-address", on(probes), "--metrics-bind-address", on(metrics)];
  const args = [join(root, "packages/operator/src/main.ts"), "--kubeconfig", kubeconfig, "--leader-elect"];
  const names = { POD_NAME: podName, OPERATOR_NAMESPACE: namespace, OPERATOR_NAME: "ptp-operator" };
  const child = spawn(process.execPath, [...args, ...addresses, ...http, ...words], {
    env: { ...process.env, ...names, WATCH_NAMESPACE: namespace },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  t.after(kill);
  const get = async (port: number, path: string) => fetch(`http://${on(port)}${path}`);
  return {
    address: on(session),
    webhookPort,
    lines: collectLines([child.stdout]).lines,
    isReady: () =>
      get(probes, "/readyz").then(
        ({ ok }) => ok,
        () => false,
      ),
    metrics: async () => (await get(metrics, "/metrics")).text(),
    kill,
  };
}
