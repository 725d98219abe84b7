import assert from "node:assert/strict";
import { namespace } from "../testing/installed-chart.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { reach, type StoryWorld } from "../testing/story-world.ts";
import { agentPods } from "./installation.ts";
import { clocksOf, firstLabels, locked } from "./profiles.ts";

/** The label of the profile with two ports. */
const twoPorts = "ptp/two-ports";

/** A node gets another label: within seconds it runs another profile, and nothing else changes anywhere. */
export async function relabels(world: StoryWorld, tell: (text: string) => void): Promise<void> {
  const pods = await agentPods(world);
  const others = [world.ptp4lPids("gm"), world.ptp4lPids("bc")];
  const startMs = performance.now();
  await world.label("oc", { [firstLabels.oc]: null, [twoPorts]: "" });
  await reach({
    what: "the node runs the other profile",
    see: async () =>
      (await world.host("oc").run(["sh", "-c", "cat /var/run/ptp4l.*.config || true"])).includes("[ens1f0]"),
    holds: (isThere) => isThere,
    withinMs: 10_000,
  });
  tell(`${((performance.now() - startMs) / 1000).toFixed(1)} s from label to configuration`);
  await locked(world, "oc", ["two-ports_two-ports"]);
  assert.deepEqual(await agentPods(world), pods, "no agent was restarted");
  assert.deepEqual([world.ptp4lPids("gm"), world.ptp4lPids("bc")], others, "other nodes are left alone");
}

/** Two ports of one clock: one is enough; none is holdover, then free run; what comes back is used again. */
export async function losesPorts(world: StoryWorld): Promise<void> {
  const [one, other] = [
    ["oc", "ens1f0"],
    ["oc", "ens1f1"],
  ] as const;
  const receiving = (await portStates(world)).indexOf("SLAVE");
  assert.notEqual(receiving, -1);
  const [first, second] = receiving === 0 ? [one, other] : [other, one];
  await world.cable(first, "down");
  await settles(world, "the other port receives", (ports, state) => {
    return ports.includes("FAULTY") && ports.includes("SLAVE") && state === "LOCKED";
  });
  await world.cable(second, "down");
  await settles(world, "it holds over", (_, state) => state === "HOLDOVER");
  await settles(
    world,
    "it runs free",
    (ports, state) => ports.every((port) => port === "FAULTY") && state === "FREERUN",
  );
  for (const port of [first, second]) await world.cable(port, "up");
  await settles(world, "it is in time again", (ports, state) => ports.includes("SLAVE") && state === "LOCKED");
  await world.label("gm", { [firstLabels.gm]: null });
  await fallsToFreerun(world, "LISTENING");
  await world.label("gm", { [firstLabels.gm]: "" });
  await settles(world, "the grandmaster is back", (_, state) => state === "LOCKED");
}

/** A stronger recommendation by node name takes a node over, and gives it back, without a restart of its agent. */
export async function overrides(world: StoryWorld): Promise<void> {
  const pods = await agentPods(world);
  const temp = sampleProfile("conformance-test-slave1.yaml", { name: "temp", interfaces: { ens1f0: "ens5f0" } });
  const recommend = [{ profile: "temp", priority: 0, match: [{ nodeName: "oc" }] }];
  await world.plane.apply([{ ...temp, spec: { profile: temp.spec?.profile ?? [], recommend } }]);
  await locked(world, "oc", ["temp_temp"]);
  assert.deepEqual((await world.ptpConfig("temp")).status?.matchList, [{ nodeName: "oc", profile: "temp" }]);
  await reach({
    what: "the weaker one tells that nothing selects it",
    see: async () => (await world.ptpConfig("two-ports")).status?.matchList,
    holds: (matchList) => matchList?.length === 0,
  });
  await world.plane.kubectl(["delete", "ptpconfig", "temp", "--namespace", namespace]);
  await locked(world, "oc", ["two-ports_two-ports"]);
  assert.deepEqual(await agentPods(world), pods, "no agent was restarted");
}

/** By way of HOLDOVER, which status may not show on a busy machine: the agent's own words do. */
async function fallsToFreerun(world: StoryWorld, port: string): Promise<void> {
  await settles(world, "it runs free", (ports, state) => ports.every((each) => each === port) && state === "FREERUN");
  const changes = world.kubelet.lines("oc").filter((line) => line.includes('"clock state changed"'));
  const states = changes.map((line) => (JSON.parse(line) as { readonly to: string }).to);
  assert.deepEqual(states.slice(-3), ["LOCKED", "HOLDOVER", "FREERUN"]);
}

async function portStates(world: StoryWorld): Promise<readonly string[]> {
  return (await clocksOf(world, "oc")).flatMap(({ ports }) => ports.map(({ state }) => state));
}

async function settles(
  world: StoryWorld,
  what: string,
  holds: (ports: readonly string[], state: string) => boolean,
): Promise<void> {
  const see = async () => {
    const [clock] = await clocksOf(world, "oc");
    return { ports: clock?.ports.map(({ state }) => state) ?? [], state: clock?.state ?? "" };
  };
  await reach({ what, see, holds: ({ ports, state }) => holds(ports, state) }, world, "oc");
}
