import type { NodeClock } from "@ptp/api";
import assert from "node:assert/strict";
import { metricValue, type MetricLine } from "../../../tools/demo/world/metrics-text.ts";
import { readSamples, type SampleResource } from "../../../tools/kubernetes/testing/shared-samples.ts";
import { namespace } from "../testing/installed-chart.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { agentNodes, linuxptpOf, reach, type AgentNode, type StoryWorld } from "../testing/story-world.ts";

/** Labels that give each node its profiles at first. */
export const firstLabels: Readonly<Record<AgentNode, string>> = {
  gm: "ptp/test-grandmaster",
  bc: "ptp/clock-under-test",
  oc: "ptp/test-slave1",
};

const grandmasterPorts = ["[ens4f1]", "[ens4f2]", "[ens4f3]"].flatMap((port) => [port, "masterOnly 1"]);

/** The conformance suite's profiles for the story's cables. */
export const storyProfiles = () => [
  sampleProfile("conformance-test-grandmaster.yaml", { ports: grandmasterPorts }),
  // The suite changes gmCapable in the same way where it looks at the class.
  sampleProfile("conformance-test-bc-master1.yaml", { global: ["gmCapable 1"] }),
  sampleProfile("conformance-test-bc-master2.yaml", { global: ["gmCapable 1"] }),
  sampleProfile("conformance-test-slave1.yaml", { nodeLabel: firstLabels.oc, interfaces: { ens1f0: "ens5f0" } }),
  sampleProfile("conformance-test-slave1-dualfollower.yaml", { name: "two-ports", nodeLabel: "ptp/two-ports" }),
];

/** Every PtpConfig among the samples, as it is, gets a status of its own; then they go again. */
export async function samplesAreTaken({ plane: { api, kubectl } }: StoryWorld): Promise<void> {
  const samples = new Map<string, SampleResource>();
  for (const { resource } of readSamples())
    if (resource.kind === "PtpConfig") samples.set(resource.metadata.name, resource);
  const at = (name: string) => `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpconfigs/${name}`;
  for (const [name, { apiVersion, kind, spec }] of samples) {
    const object = { apiVersion, kind, metadata: { name, namespace }, spec };
    await api.request("PATCH", `${at(name)}?fieldManager=people&force=true`, object, "application/apply-patch+yaml");
  }
  for (const name of samples.keys()) {
    await reach({
      what: `${name} has a status`,
      see: async () => (await api.request("GET", at(name))) as Awaited<ReturnType<StoryWorld["ptpConfig"]>>,
      holds: ({ metadata, status }) =>
        status?.observedGeneration === metadata.generation &&
        status?.conditions?.some(({ type }) => type === "Ready") === true,
    });
  }
  assert.ok(samples.size >= 10, `${samples.size} samples`);
  await kubectl(["delete", "ptpconfigs", "--all", "--namespace", namespace]);
}

/** Applies the profiles and labels the nodes; all receivers follow the grandmaster. */
export async function profilesRun(world: StoryWorld): Promise<void> {
  await world.plane.apply(storyProfiles());
  for (const node of agentNodes) await world.label(node, { [firstLabels[node]]: "" });
  await locked(world, "bc", ["test-bc-master1_test-bc-master1", "test-bc-master2_test-bc-master2"]);
  await locked(world, "oc", ["test-slave1_test-slave1"]);
  const identity = await grandmasterIdentity(world);
  for (const clock of await clocksOf(world, "bc")) assert.equal(identityOf(clock.parentPortIdentity), identity);
}

/** Of the clock on node gm, as soon as the cluster knows it. */
async function grandmasterIdentity(world: StoryWorld): Promise<string | undefined> {
  const see = async () => (await clocksOf(world, "gm"))[0]?.grandmasterIdentity;
  return reach({ what: "the grandmaster is known", see, holds: (identity) => identity !== undefined });
}

/** The one behind the boundary clock follows it, and through it the grandmaster. */
export async function downstreamFollows(world: StoryWorld): Promise<void> {
  const identity = await grandmasterIdentity(world);
  const [ordinary] = await clocksOf(world, "oc");
  assert.equal(ordinary?.grandmasterIdentity, identity);
  assert.notEqual(identityOf(ordinary?.parentPortIdentity), identity);
  assert.equal(ordinary?.clockClass, 255, "it only receives");
}

/** Status of profiles and nodes tells what runs. */
export async function statusTells(world: StoryWorld): Promise<void> {
  const config = await reach({
    what: "the PtpConfig tells that its node is in time",
    see: () => world.ptpConfig("test-slave1"),
    holds: ({ status }) => status?.summary?.lockedNodes === 1,
  });
  assert.deepEqual(config.status?.matchList, [{ nodeName: "oc", profile: "test-slave1" }]);
  assert.equal(config.status?.conditions?.find(({ type }) => type === "Ready")?.status, "True");
  for (const node of agentNodes) {
    // Nobody gives the grandmaster time: it says so.
    const wanted = node === "gm" ? "False" : "True";
    const { agent, revision, processes } = await reach({
      what: `${node} says whether it is ready`,
      see: () => world.status(node),
      holds: ({ conditions }) => conditions?.find(({ type }) => type === "Ready")?.status === wanted,
    });
    assert.ok(agent !== undefined && revision !== undefined, node);
    assert.equal(processes?.filter(({ state }) => state === "running").length, world.ptp4lPids(node).length, node);
  }
}

/** Roles, states and offsets of both cards, on port 9091 as ever. */
export async function metricsTell(world: StoryWorld): Promise<void> {
  const lines = await world.metrics("bc");
  const roles = { ens1f0: 1, ens1f1: 2, ens2f0: 1, ens2f1: 2 };
  for (const [iface, role] of Object.entries(roles)) {
    assert.equal(metricValue(lines, "openshift_ptp_interface_role", { iface }), role, iface);
  }
  const values = (name: string) => valuesOf(lines, name);
  assert.deepEqual(values("openshift_ptp_clock_state"), [1, 1]);
  assert.deepEqual(values("openshift_ptp_clock_class"), [6, 6]);
  const offsets = values("openshift_ptp_offset_ns");
  assert.ok(offsets.length > 0 && offsets.every((offsetNs) => Math.abs(offsetNs) < 100_000), offsets.join());
}

/** Only who is root on the node may ask ptp4l at its socket. */
export async function pmcAsks(world: StoryWorld): Promise<void> {
  const host = world.host("bc");
  const ask = [`${linuxptpOf("bc")}/pmc`, "-u", "-b", "0", "-d", "24", "-s", "/var/run/ptp4l.0.socket"];
  const answer = await host.run([...ask, "GET CURRENT_DATA_SET"]);
  assert.match(answer, /offsetFromMaster\s+-?\d/);
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  const refused = await host.run([...nobody, ...ask, "GET CURRENT_DATA_SET"]).catch(String);
  assert.match(refused, /Permission denied/i);
}

/** Waits until these profiles, and no others, run on a node and all their clocks are LOCKED. */
export async function locked(world: StoryWorld, node: AgentNode, profiles: readonly string[]): Promise<void> {
  await reach(
    {
      what: `${node} runs ${profiles.join()} and is in time`,
      see: async () => {
        const { profiles: outcomes = [], clocks = [] } = await world.status(node);
        return { outcomes, clocks };
      },
      holds: ({ outcomes, clocks }) =>
        outcomes
          .map(({ name, outcome }) => `${name} ${outcome}`)
          .toSorted()
          .join() ===
          profiles
            .map((name) => `${name} applied`)
            .toSorted()
            .join() &&
        clocks.length === profiles.length &&
        clocks.every(({ state }) => state === "LOCKED"),
    },
    world,
    node,
  );
}

/** What the cluster knows of the clocks of a node. */
export async function clocksOf(world: StoryWorld, node: AgentNode): Promise<readonly NodeClock[]> {
  return (await world.status(node)).clocks ?? [];
}

function identityOf(portIdentity: string | undefined): string | undefined {
  return portIdentity?.replace(/-\d+$/, "");
}

function valuesOf(lines: readonly MetricLine[], wanted: string): readonly number[] {
  return lines.flatMap(({ name, value }) => (name === wanted ? [value] : []));
}
