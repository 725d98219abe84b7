import type { NodeClock } from "@ptp/api";
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
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
  sampleProfile("conformance-test-slave1-dualfollower.yaml", {
    name: "two-ports",
    nodeLabel: "ptp/two-ports",
    // Status is written every 5 s at most: a shorter holdover could be over before it is told.
    profile: { ptpClockThreshold: { holdOverTimeout: 10, maxOffsetThreshold: 100_000, minOffsetThreshold: -100_000 } },
  }),
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
  await reach({
    what: "both clocks of the boundary clock follow the grandmaster",
    see: () => clocksOf(world, "bc"),
    holds: (clocks) =>
      clocks.length === 2 && clocks.every(({ parentPortIdentity }) => identityOf(parentPortIdentity) === identity),
  });
}

/** Of the clock on node gm, as soon as the cluster knows it. */
async function grandmasterIdentity(world: StoryWorld): Promise<string | undefined> {
  const see = async () => (await clocksOf(world, "gm"))[0]?.grandmasterIdentity;
  return reach({ what: "the grandmaster is known", see, holds: (identity) => identity !== undefined });
}

/** The one behind the boundary clock follows it, and through it the grandmaster. */
export async function downstreamFollows(world: StoryWorld): Promise<void> {
  const identity = await grandmasterIdentity(world);
  // What a clock follows is asked for now and then, its state is told at once.
  const [ordinary] = await reach({
    what: "the ordinary clock knows the grandmaster",
    see: () => clocksOf(world, "oc"),
    holds: (clocks) => clocks[0]?.grandmasterIdentity === identity,
  });
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
    const { agent, revision } = await reach({
      what: `${node} says whether it is ready, and all that runs there`,
      see: () => world.status(node),
      holds: ({ conditions, processes }) =>
        conditions?.find(({ type }) => type === "Ready")?.status === wanted &&
        processes?.filter(({ state }) => state === "running").length === world.ptp4lPids(node).length,
    });
    assert.ok(agent !== undefined && revision !== undefined, node);
  }
}

/** Roles, states and offsets of both cards, on port 9091 as ever. */
export async function metricsTell(world: StoryWorld): Promise<void> {
  const roles = { ens1f0: 1, ens1f1: 2, ens2f0: 1, ens2f1: 2 };
  const roleOf = (lines: readonly MetricLine[], iface: string) =>
    metricValue(lines, "openshift_ptp_interface_role", { iface });
  // All at one time; a machine that stands still for a moment gives an outlier, or no answer.
  await reach({
    what: "metrics tell roles, states, classes and small offsets",
    see: async () => {
      const lines = await world.metrics("bc");
      return {
        roles: Object.fromEntries(Object.keys(roles).map((iface) => [iface, roleOf(lines, iface)])),
        states: valuesOf(lines, "openshift_ptp_clock_state"),
        classes: valuesOf(lines, "openshift_ptp_clock_class"),
        offsets: valuesOf(lines, "openshift_ptp_offset_ns"),
      };
    },
    holds: ({ offsets, ...rest }) =>
      isDeepStrictEqual(rest, { roles, states: [1, 1], classes: [6, 6] }) &&
      offsets.length > 0 &&
      offsets.every((offsetNs) => Math.abs(offsetNs) < 100_000),
  });
}

/** Only who is root on the node may ask ptp4l at its socket. */
export async function pmcAsks(world: StoryWorld): Promise<void> {
  const host = world.host("bc");
  const ask = [`${linuxptpOf("bc")}/pmc`, "-u", "-b", "0", "-d", "24", "-s", "/var/run/ptp4l.0.socket"];
  await reach({
    what: "ptp4l answers",
    see: () => host.run([...ask, "GET CURRENT_DATA_SET"]).catch(String),
    holds: (answer) => /offsetFromMaster\s+-?\d/.test(answer),
  });
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
