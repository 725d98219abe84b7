import type { NodePtpDevice, NodePtpDeviceStatus, PtpConfig } from "@ptp/api";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "node:test";
import { worldMissing } from "../../../tools/demo/requirements.ts";
import { parseMetricsText, type MetricLine } from "../../../tools/demo/world/metrics-text.ts";
import { bundledProgram } from "../../../tools/demo/world/world.ts";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { startLabKubelet, type LabKubelet } from "../../../tools/kubernetes/lab-kubelet/lab-kubelet.ts";
import { playProgramPods, type ProgramPods } from "../../../tools/kubernetes/program-pods/program-pods.ts";
import { serveProgramPods } from "../../../tools/kubernetes/program-pods/program-service.ts";
import { openControlPlane } from "../../../tools/kubernetes/testing/open-control-plane.ts";
import { createLab, type Host, type Lab } from "../../../tools/lab/lab.ts";
import { linuxptpMissing, linuxptpProgramDir } from "../../../tools/lab/linuxptp/releases.ts";
import { createRelay } from "../../../tools/lab/relay.ts";
import { chartDir, namespace } from "./installed-chart.ts";

/** Nodes with agents: a grandmaster, a boundary clock with two cards, and a clock behind both. */
export const agentNodes = ["gm", "bc", "oc"] as const;
/** Name of a node with an agent. */
export type AgentNode = (typeof agentNodes)[number];
/** One end of a cable, with the interface names of the existing samples. */
export type Port = readonly [node: AgentNode, networkInterface: string];

const cables: readonly (readonly [Port, Port])[] = [
  [
    ["gm", "ens4f0"],
    ["bc", "ens1f0"],
  ],
  [
    ["gm", "ens4f1"],
    ["bc", "ens2f0"],
  ],
  [
    ["gm", "ens4f2"],
    ["oc", "ens1f0"],
  ],
  [
    ["gm", "ens4f3"],
    ["oc", "ens1f1"],
  ],
  [
    ["bc", "ens1f1"],
    ["oc", "ens5f0"],
  ],
  [
    ["bc", "ens2f1"],
    ["oc", "ens5f1"],
  ],
  [
    ["gm", "ens8f0"],
    ["oc", "ens8f0"],
  ],
];

const operatorNodes = ["c1", "c2"];
const serviceName = `ptp-operator.${namespace}.svc`;

/** Why nodes here cannot authenticate their messages; undefined: they can. */
export const authenticationMissing = linuxptpMissing("4.4");

/** Programs of linuxptp on a node: the release that authenticates where somebody does, another for the boundary clock. */
export function linuxptpOf(node: string): string {
  return linuxptpProgramDir(node === "bc" || authenticationMissing !== undefined ? "4.2" : "4.4");
}

/** The whole: chart, operators, agents, real ptp4l. Nothing is installed yet. */
export interface StoryWorld {
  readonly plane: ControlPlane;
  readonly lab: Lab;
  /** The operator's replicas. */
  readonly pods: ProgramPods;
  /** The agents. */
  readonly kubelet: LabKubelet;
  host(node: AgentNode): Host;
  /** Installs the chart with the real Helm, and lets the API server reach the webhook. */
  install(): Promise<void>;
  uninstall(): Promise<void>;
  cable(port: Port, state: "up" | "down"): Promise<void>;
  /** What the cluster knows of a node; empty before it knows anything. */
  status(node: AgentNode): Promise<NodePtpDeviceStatus>;
  ptpConfig(name: string): Promise<PtpConfig>;
  metrics(node: AgentNode): Promise<readonly MetricLine[]>;
  label(node: AgentNode, labels: Readonly<Record<string, string | null>>): Promise<void>;
  /** Numbers of the ptp4l processes, outside the host. */
  ptp4lPids(node: AgentNode): readonly number[];
}

/** Opens it; undefined where this machine cannot carry it: the test is then skipped with the reason. */
export async function openStoryWorld(t: TestContext): Promise<StoryWorld | undefined> {
  const missing = await worldMissing(["4.2"]);
  if (missing !== undefined) return skipped(t, missing);
  const plane = await openControlPlane(t, { scheduler: true, audit: true });
  if (plane === undefined) return undefined;
  const lab = await createLab();
  t.after(() => lab.close());
  if (!lab.clock.adjustable) return skipped(t, `ports stay UNCALIBRATED: ${lab.clock.reason}`);
  const hosts = await joinHosts(lab);
  await plane.createNodes(operatorNodes, { "node-role.kubernetes.io/control-plane": "" });
  await plane.createNodes(agentNodes, { "node-role.kubernetes.io/worker": "" });
  const programOf = ({ image }: { readonly image: string }) =>
    image.startsWith("ptp-operator:") ? [process.execPath, bundledProgram("ptp-operator")] : undefined;
  const pods = playProgramPods({ plane, programOf, nodeNames: operatorNodes });
  t.after(() => pods.close());
  const sessions = await serveProgramPods(pods, { namePrefix: "ptp-operator-", portName: "session" });
  const webhook = await serveProgramPods(pods, { namePrefix: "ptp-operator-", portName: "webhook" });
  t.after(() => [sessions, webhook].forEach((service) => service.close()));
  const relay = await createRelay(lab, sessions.port);
  for (const host of hosts.values()) await relay.open(host, 8443, [serviceName]);
  const agentOf = (_: unknown, { spec: { nodeName = "" } }: { readonly spec: { readonly nodeName?: string } }) => {
    const programs = `${linuxptpOf(nodeName)}:/usr/sbin:/usr/bin:/sbin:/bin`;
    return [process.execPath, bundledProgram("ptp-agent"), "--program-path", programs];
  };
  const kubelet = startLabKubelet({ plane, hosts, programOf: agentOf });
  t.after(async () => {
    await kubelet.close();
    await relay.close();
  });
  return { plane, lab, pods, kubelet, ...actionsOn(plane, webhook.port), ...viewsOf(plane, hosts) };
}

function skipped(t: TestContext, reason: string): undefined {
  t.skip(reason);
}

async function joinHosts(lab: Lab): Promise<ReadonlyMap<string, Host>> {
  const hosts = new Map<string, Host>();
  for (const name of agentNodes) hosts.set(name, await lab.host(name));
  const endOf = ([node, name]: Port) => {
    const host = hosts.get(node);
    if (host === undefined) throw new Error(`no host ${node}`);
    return { host, name };
  };
  for (const [one, other] of cables) await lab.link(endOf(one), endOf(other));
  return hosts;
}

const merge = "application/merge-patch+json";

function actionsOn(plane: ControlPlane, webhookPort: number): Pick<StoryWorld, "install" | "uninstall" | "label"> {
  const waiting = ["--namespace", namespace, "--wait", "--timeout=90s"];
  const values = { operator: { nodeSelector: { "node-role.kubernetes.io/control-plane": "" } } };
  return {
    install: async () => {
      const words = ["install", "ptp-operator", chartDir, "--create-namespace", ...waiting, "--values=-"];
      await plane.helm(words, { stdin: JSON.stringify(values), timeoutMs: 120_000 });
      await leadWebhookTo(plane, webhookPort);
    },
    uninstall: async () => void (await plane.helm(["uninstall", "ptp-operator", ...waiting], { timeoutMs: 120_000 })),
    label: async (node, labels) =>
      void (await plane.api.request("PATCH", `/api/v1/nodes/${node}`, { metadata: { labels } }, merge)),
  };
}

/** In place of kube-proxy: the API server looks such a Service up itself, and still wants a certificate for its name. */
async function leadWebhookTo({ api }: ControlPlane, port: number): Promise<void> {
  const service = `/api/v1/namespaces/${namespace}/services/ptp-operator-webhook`;
  await api.request("PATCH", service, { spec: { type: "ExternalName", externalName: "localhost" } }, merge);
  const path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/ptp-operator-openshift-ptp";
  const { webhooks } = (await api.request("GET", path)) as { readonly webhooks: readonly unknown[] };
  const patch = webhooks.map((_, at) => {
    return { op: "replace", path: `/webhooks/${at}/clientConfig/service/port`, value: port };
  });
  await api.request("PATCH", path, patch, "application/json-patch+json");
}

type Views = Pick<StoryWorld, "host" | "cable" | "status" | "ptpConfig" | "metrics" | "ptp4lPids">;

function viewsOf({ api }: ControlPlane, hosts: ReadonlyMap<string, Host>): Views {
  const ours = `/apis/ptp.openshift.io/v1/namespaces/${namespace}`;
  const host = (node: AgentNode): Host => {
    const found = hosts.get(node);
    if (found === undefined) throw new Error(`no host ${node}`);
    return found;
  };
  return {
    host,
    cable: async ([node, name], state) => void (await host(node).run(["ip", "link", "set", name, state])),
    status: async (node) => {
      const device = await api.request("GET", `${ours}/nodeptpdevices/${node}`).catch(() => undefined);
      return (device as NodePtpDevice | undefined)?.status ?? {};
    },
    ptpConfig: async (name) => (await api.request("GET", `${ours}/ptpconfigs/${name}`)) as PtpConfig,
    metrics: async (node) => {
      const answer = await host(node)
        .httpGet(9091, "/metrics")
        .catch(() => undefined);
      return parseMetricsText(answer?.body ?? "");
    },
    ptp4lPids: (node) =>
      host(node)
        .processes()
        .flatMap(({ pid, argv }) => (argv.some((word) => word.endsWith("/ptp4l")) ? [pid] : []))
        .toSorted((one, other) => one - other),
  };
}

/** Waits until something holds; fails with what was seen last, and an agent's last words. */
export async function reach<T>(
  { what, see, holds, withinMs = 45_000 }: Reached<T>,
  world?: StoryWorld,
  node?: AgentNode,
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const seen = await see();
    if (holds(seen)) return seen;
    if (performance.now() > endMs) {
      const words = world !== undefined && node !== undefined ? world.kubelet.lines(node).slice(-15) : [];
      throw new Error([`not within ${withinMs / 1000} s: ${what}`, JSON.stringify(seen), ...words].join("\n"));
    }
    await sleep(100);
  }
}

/** What is waited for. */
export interface Reached<T> {
  readonly what: string;
  readonly see: () => T | Promise<T>;
  readonly holds: (seen: T) => boolean;
  /** Default 45 s. */
  readonly withinMs?: number;
}
