import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
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
    withinMs: 30_000,
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
  await fallsToFreerun(world, "FAULTY", (isThere) => world.cable(second, isThere ? "up" : "down"));
  for (const port of [first, second]) await world.cable(port, "up");
  await settles(world, "it is in time again", (ports, state) => ports.includes("SLAVE") && state === "LOCKED");
  await fallsToFreerun(world, "LISTENING", (isThere) => world.label("gm", { [firstLabels.gm]: isThere ? "" : null }));
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
  await reach({
    what: "the stronger one tells its node",
    see: async () => (await world.ptpConfig("temp")).status?.matchList,
    holds: (matchList) => isDeepStrictEqual(matchList, [{ nodeName: "oc", profile: "temp" }]),
  });
  await reach({
    what: "the weaker one tells that nothing selects it",
    see: async () => (await world.ptpConfig("two-ports")).status?.matchList,
    holds: (matchList) => matchList?.length === 0,
  });
  await world.plane.kubectl(["delete", "ptpconfig", "temp", "--namespace", namespace]);
  await locked(world, "oc", ["two-ports_two-ports"]);
  assert.deepEqual(await agentPods(world), pods, "no agent was restarted");
}

/**
 * Takes the source away: by way of HOLDOVER, in status and by the agent's own words. An outlier of a machine that stood still
 * frees the clock before that: then the source comes back, and goes once more.
 */
async function fallsToFreerun(
  world: StoryWorld,
  port: string,
  source: (isThere: boolean) => Promise<void>,
): Promise<void> {
  for (let triesLeft = 2; ; triesLeft -= 1) {
    const told = new Set<string>();
    await source(false);
    await settles(world, "it runs free", (ports, state) => {
      told.add(state);
      return ports.every((each) => each === port) && state === "FREERUN";
    });
    const way = changesOf(world).slice(-3);
    const isByHoldover = way.join() === "LOCKED,HOLDOVER,FREERUN" && told.has("HOLDOVER");
    if (isByHoldover) return;
    if (triesLeft === 0) assert.fail(`${way.join()}; status told ${[...told].join()}`);
    await source(true);
    await settles(world, "it is in time once more", (ports, state) => ports.includes("SLAVE") && state === "LOCKED");
  }
}

/** The states of the clock, by the words of its agent. */
function changesOf(world: StoryWorld): readonly string[] {
  const changes = world.kubelet.lines("oc").filter((line) => line.includes('"clock state changed"'));
  return changes.map((line) => (JSON.parse(line) as { readonly to: string }).to);
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
