import type { PtpOperatorConfig } from "@ptp/api";
import assert from "node:assert/strict";
import { readSamples, samplesMissing } from "../../../tools/kubernetes/testing/shared-samples.ts";
import { allObjects, namespace } from "../testing/installed-chart.ts";
import { agentNodes, reach, type StoryWorld } from "../testing/story-world.ts";

const plurals = ["hardwareconfigs", "nodeptpcfgs", "nodeptpdevices", "nodeptpdevs", "ptpconfigs", "ptpoperatorconfigs"];
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments/ptp-operator`;
const daemonSetPath = `/apis/apps/v1/namespaces/${namespace}/daemonsets/linuxptp-daemon`;
const operatorConfigPath = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpoperatorconfigs/default`;

interface Deployment {
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly readyReplicas?: number;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

interface DaemonSet {
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly template: { readonly spec: { readonly nodeSelector?: Readonly<Record<string, string>> } } };
  readonly status: {
    readonly observedGeneration?: number;
    readonly currentNumberScheduled: number;
    readonly desiredNumberScheduled: number;
    readonly numberReady: number;
  };
}

/** Namespace, replicas, resources: what an installation must have brought. */
export async function isInstalled({ plane }: StoryWorld): Promise<void> {
  await plane.api.request("GET", `/api/v1/namespaces/${namespace}`);
  // Installed it was ready once; on a busy machine it may miss a probe.
  await reach({
    what: "both replicas are ready",
    see: async () => (await plane.api.request("GET", deployments)) as Deployment,
    holds: ({ spec, status }) =>
      spec.replicas === 2 &&
      status.readyReplicas === 2 &&
      status.conditions.some((each) => each.type === "Available" && each.status === "True"),
  });
  const known = await plane.kubectl(["api-resources", "--api-group=ptp.openshift.io", "--output=name"]);
  assert.deepEqual(
    known.trim().split("\n").toSorted(),
    plurals.map((plural) => `${plural}.ptp.openshift.io`),
  );
}

/** The sample as it is, where there is one, selects the nodes; each of them, and no other, has an agent that is ready. */
export async function agentsRun(world: StoryWorld): Promise<void> {
  const { api } = world.plane;
  const sample = samplesMissing() === undefined ? readSamples() : [];
  const { resource } = sample.find(({ name }) => name.startsWith("ptp_v1_ptpoperatorconfig.yaml")) ?? {};
  const spec = (resource?.spec ?? { daemonNodeSelector: { ptp: "yes" } }) as NonNullable<PtpOperatorConfig["spec"]>;
  await reach({
    what: "the operator made its PtpOperatorConfig",
    see: () => api.request("GET", operatorConfigPath).catch(() => undefined),
    holds: (seen) => seen !== undefined,
  });
  await api.request("PATCH", operatorConfigPath, { spec }, "application/merge-patch+json");
  for (const node of agentNodes) await world.label(node, spec.daemonNodeSelector);
  await reach({
    what: "an agent is ready on every selected node",
    see: async () => (await api.request("GET", daemonSetPath).catch(() => undefined)) as DaemonSet | undefined,
    holds: (seen) => seen !== undefined && isSelectedBy(seen, spec.daemonNodeSelector) && runsEverywhere(seen),
    withinMs: 90_000,
  });
  assert.deepEqual([...(await agentPods(world)).keys()].toSorted(), [...agentNodes].toSorted());
}

function isSelectedBy({ spec }: DaemonSet, selector: Readonly<Record<string, string>>): boolean {
  const { nodeSelector = {} } = spec.template.spec;
  return Object.entries(selector).every(([label, value]) => nodeSelector[label] === value);
}

function runsEverywhere({ metadata, status }: DaemonSet): boolean {
  const { currentNumberScheduled, desiredNumberScheduled, numberReady } = status;
  const counts = [currentNumberScheduled, desiredNumberScheduled, numberReady];
  return status.observedGeneration === metadata.generation && counts.every((count) => count === agentNodes.length);
}

/** Uids of the agents' pods that are not ending, by node. */
export async function agentPods({ plane }: StoryWorld): Promise<ReadonlyMap<string, string>> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dlinuxptp-daemon`;
  const { items } = (await plane.api.request("GET", path)) as {
    readonly items: readonly {
      readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
      readonly spec: { readonly nodeName?: string };
    }[];
  };
  const living = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return new Map(living.map(({ metadata, spec }) => [spec.nodeName ?? "", metadata.uid]));
}

/** Nothing runs on the nodes any more, and only definitions and what people wrote are left. */
export async function isGone(world: StoryWorld, before: ReadonlySet<string>): Promise<void> {
  for (const node of agentNodes) {
    await reach({
      what: `nothing runs on ${node}`,
      see: () => {
        const running = world.host(node).processes();
        return running.map(({ argv }) => argv.join(" ")).filter((line) => /ptp4l|ptp-agent/.test(line));
      },
      holds: (left) => left.length === 0,
    });
  }
  const ofPeople =
    /^(CustomResourceDefinition \/\w+\.ptp\.openshift\.io|PtpConfig \S+|PtpOperatorConfig \S+\/default)$/;
  await reach({
    what: "only what crds.keep says is left",
    see: async () => [...(await allObjects(world.plane))].filter((line) => !before.has(line) && !ofPeople.test(line)),
    holds: (left) => left.length === 0,
    withinMs: 90_000,
  });
  const kept = await world.plane.kubectl(["get", "crd,ptpconfig", "--all-namespaces", "--output=name"]);
  for (const plural of plurals) assert.ok(kept.includes(`/${plural}.ptp.openshift.io`), plural);
  assert.match(kept, /ptpconfig\.ptp\.openshift\.io\/test-grandmaster/);
}
