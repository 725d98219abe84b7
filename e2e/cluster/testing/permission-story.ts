import { credentials, Metadata } from "@grpc/grpc-js";
import type { TestContext } from "node:test";
import { until } from "../../../tools/kubernetes/testing/until.ts";
import { agentUids, namespace, type ChartCluster } from "./installed-chart.ts";
import { connectAgent } from "./simulated-agent.ts";

/** A namespace beside the release's own whose profiles count. */
export const otherNamespace = "ran";

/** One thing that happens in the life of an installation. */
export interface StoryStep {
  readonly name: string;
  readonly act: (cluster: ChartCluster, t: TestContext) => Promise<void>;
}

const ours = { apiVersion: "ptp.openshift.io/v1" };
const merge = "application/merge-patch+json";
const operatorConfigPath = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpoperatorconfigs/default`;
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/ptp.openshift.io`;

const resourcesOf = (ns: string): readonly object[] => {
  const metadata = { name: "oc", namespace: ns };
  const profile = { name: "oc", interface: "ens1f0", ptp4lConf: "[global]\nsa_file /etc/ptp-secret-mount/keys/k\n" };
  const recommend = [{ profile: "oc", priority: 10, match: [{ nodeName: "one" }] }];
  return [
    { apiVersion: "v1", kind: "Secret", metadata: { name: "keys", namespace: ns }, stringData: { k: "spp 1" } },
    { ...ours, kind: "PtpConfig", metadata, spec: { profile: [profile], recommend } },
    { ...ours, kind: "NodePTPCfg", metadata, spec: { profile: [{ name: "oc", interface: "ens2f0" }], recommend } },
    {
      apiVersion: "ptp.openshift.io/v2alpha1",
      kind: "HardwareConfig",
      metadata,
      spec: { relatedPtpProfileName: "oc", profile: { name: "h", clockChain: { structure: [{ name: "s" }] } } },
    },
  ];
};

/** All that an operator does in its life, once. It starts with what the chart installed. */
export const permissionStory: readonly StoryStep[] = [
  {
    name: "people write resources in both namespaces",
    act: async ({ plane }) => {
      await plane.apply([...resourcesOf(namespace), ...resourcesOf(otherNamespace)]);
      await until("status is written", () => hasStatus(plane, "ptpconfigs/oc"), 30_000);
    },
  },
  {
    name: "events are switched on",
    act: async ({ plane }) => {
      const spec = { ptpEventConfig: { enableEventPublisher: true } };
      await plane.api.request("PATCH", operatorConfigPath, { spec }, merge);
      await until(
        "event Services are there",
        () => exists(plane, "service", "ptp-event-publisher-service-one"),
        30_000,
      );
    },
  },
  {
    name: "agents connect with their tokens, and tell what they have",
    act: async (cluster, t) => {
      for (const node of ["one", "two"]) await (await joinAsAgent(cluster, t, node)).accept();
      await until("it is written", () => exists(cluster.plane, "nodeptpdev", "two"), 30_000);
    },
  },
  {
    name: "an agent is updated",
    act: async ({ plane }) => {
      const before = await agentUids(plane);
      await changeSettings(plane, { logLevel: "debug" });
      await until("a pod is replaced", async () => (await agentUids(plane)) !== before, 30_000);
    },
  },
  {
    name: "a node leaves",
    act: async ({ plane }) => {
      await plane.kubectl(["delete", "node", "two"]);
      const isGone = async () =>
        !(await exists(plane, "nodeptpdevice", "two")) && !(await exists(plane, "nodeptpdev", "two"));
      await until("its objects go", isGone, 30_000);
    },
  },
  {
    name: "the operator's certificate is lost",
    act: async ({ plane }) => {
      await plane.kubectl(["delete", "secret", "-n", namespace, "ptp-operator-tls"]);
      await until("there is a new one", () => exists(plane, "secret", "ptp-operator-tls"), 30_000);
    },
  },
  {
    name: "the leader goes",
    act: async ({ plane }) => {
      const before = await holder(plane);
      await plane.kubectl(["delete", "pod", "-n", namespace, before.split("_")[0] ?? "", "--wait=false"]);
      await until("another leads", async () => !["", before].includes(await holder(plane)), 40_000);
    },
  },
  {
    name: "events are switched off",
    act: async ({ plane }) => {
      const spec = { ptpEventConfig: { enableEventPublisher: false } };
      await plane.api.request("PATCH", operatorConfigPath, { spec }, merge);
      const gone = async () => !(await exists(plane, "service", "ptp-event-publisher-service-one"));
      await until("the event Services go", gone, 30_000);
    },
  },
  {
    name: "the agents' DaemonSet gets another name",
    act: async ({ plane }) => {
      await changeSettings(plane, { daemonSetName: "ptp-agent" });
      await until("the old one goes", async () => !(await exists(plane, "daemonset", "linuxptp-daemon")), 60_000);
    },
  },
];

/** What the chart is installed with for the story, so that every rule it has is there. */
export const storyValues = {
  watchNamespaces: [otherNamespace],
  migration: { publishConfigMap: true },
  crds: { keep: false },
};

type Plane = ChartCluster["plane"];

/** As an upgrade of the release does, but without new operators. */
async function changeSettings({ api }: Plane, change: object): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/ptp-operator-agent-settings`;
  const { data } = (await api.request("GET", path)) as { readonly data: { readonly "agent.json": string } };
  const settings = { ...(JSON.parse(data["agent.json"]) as object), ...change };
  await api.request("PATCH", path, { data: { "agent.json": JSON.stringify(settings) } }, merge);
}

/** Gives node one an address, as kubelets do: without one it has no events to be found. */
export async function giveAddress({ api }: Plane): Promise<void> {
  const status = { addresses: [{ type: "InternalIP", address: "10.1.1.1" }] };
  await api.request("PATCH", "/api/v1/nodes/one/status", { status }, merge);
}

async function exists({ kubectl }: Plane, kind: string, name: string): Promise<boolean> {
  return (await kubectl(["get", kind, name, "-n", namespace, "--ignore-not-found", "-o", "name"])) !== "";
}

async function hasStatus({ api }: Plane, path: string): Promise<boolean> {
  const object = await api.request("GET", `/apis/ptp.openshift.io/v1/namespaces/${namespace}/${path}`);
  return (object as { readonly status?: unknown }).status !== undefined;
}

async function holder({ api }: Plane): Promise<string> {
  const { spec } = (await api.request("GET", leasePath)) as { readonly spec?: { readonly holderIdentity?: string } };
  return spec?.holderIdentity ?? "";
}

/** A session as the agent of a node has it, over TLS with the token of its pod. */
async function joinAsAgent({ plane, pods }: ChartCluster, t: TestContext, node: string) {
  const query = `labelSelector=app%3Dlinuxptp-daemon&fieldSelector=spec.nodeName%3D${node}`;
  const list = await plane.api.request("GET", `/api/v1/namespaces/${namespace}/pods?${query}`);
  const { items } = list as { readonly items: readonly { readonly metadata: { name: string; uid: string } }[] };
  const [pod] = items.map(({ metadata: { name, uid } }) => ({ name, uid }));
  if (pod === undefined) throw new Error(`no agent is on node ${node}`);
  const wanted = { namespace, serviceAccount: "linuxptp-daemon", audience: "ptp-agent.ptp.openshift.io", pod };
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${await plane.serviceAccountToken(wanted)}`);
  const [, operator] = [...pods.running()].find(([name]) => name.startsWith("ptp-operator-")) ?? [];
  const bundle = await plane.kubectl([
    "get",
    "cm",
    "ptp-operator-agent-ca",
    "-n",
    namespace,
    "-o",
    "jsonpath={.data.ca\\.crt}",
  ]);
  return connectAgent(t, {
    address: `127.0.0.1:${operator?.portByName.get("session")}`,
    credentials: credentials.createSsl(Buffer.from(bundle)),
    metadata,
    channelOptions: { "grpc.ssl_target_name_override": `ptp-operator.${namespace}.svc` },
  });
}
