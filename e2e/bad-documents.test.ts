import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { withPriority2 } from "../tools/demo/scenario/edit-step.ts";
import { keptProcesses } from "../tools/demo/scenario/milestones.ts";
import { metricValue } from "../tools/demo/world/metrics-text.ts";
import { nodeOf, takeSnapshot } from "../tools/demo/world/snapshot.ts";
import type { World } from "../tools/demo/world/world.ts";
import { openWorld } from "./testing/open-world.ts";
import { answersWith, noStrangers } from "./testing/oracle.ts";
import { milestone, reach, settled, until } from "./testing/reach.ts";

/** Documents that cannot be used, and what the operator must name of them. */
const broken: readonly (readonly [what: string, edit: (text: string) => string, told: RegExp])[] = [
  ["text that is not YAML", (text) => `${text}\n  - "`, /ordinary\.yaml/],
  ["an unknown field", (text) => text.replace("  recommend:", "  recomend: []\n  recommend:"), /recomend/],
  ["a wrong type", (text) => text.replace("priority: 4", "priority: [4]"), /priority/],
  ["half a file", (text) => text.slice(0, text.indexOf("ptpClockThreshold")), /ordinary/],
  ["a profile that is not there", (text) => text.replace("- profile: oc", "- profile: co"), /\bco\b/],
];

test("a document that cannot be used changes nothing that runs, is named, and is taken once mended", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  const before = await reach(world, settled(world));
  const good = await world.config.read("ordinary.yaml");
  for (const [what, edit, told] of broken) {
    await t.test(what, async () => {
      const old = new Set(world.operator.lines());
      await world.config.edit("ordinary.yaml", edit);
      await until(`the operator names it: ${String(told)}`, async () => told.test(await whatOperatorTells(world, old)));
      await sleep(700);
      assert.deepEqual(keptProcesses(["gm", "bc"], before, await takeSnapshot(world)), []);
      await world.config.write("ordinary.yaml", good);
      await noProblems(world);
      await reach(world, settled(world));
    });
  }
  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 222));
  await answersWith(world, "oc1", 222);
  await answersWith(world, "oc2", 222);
});

test("a document that is no YAML any more keeps its last good form running", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  const before = await reach(world, settled(world));
  await world.config.edit("ordinary.yaml", (text) => text.replace("spec:", "spec: {"));
  await until("the operator has a problem", async () => (await problems(world)) > 0);
  await sleep(1_500);
  const after = await reach(world, settled(world));
  assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, after), []);
});

test("a removed document ends its processes and no other, and a new one starts them", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  const before = await reach(world, settled(world));
  const ordinary = await world.config.read("ordinary.yaml");
  await world.config.remove("ordinary.yaml");
  const idle = ["oc1", "oc2"].map((name) =>
    milestone(`${name} runs nothing`, (now) => {
      const { programs, status } = nodeOf(now, name);
      return programs.length === 0 && status.processes.length === 0 && status.profiles.length === 0;
    }),
  );
  const after = await reach(world, idle);
  assert.deepEqual(keptProcesses(["gm", "bc"], before, after), []);
  // Files and series go when the process is gone, in no order that the status could tell.
  const oc1 = world.node("oc1");
  await until("oc1 has no file of it", async () => !/ptp4l\.0\./.test(await oc1.host.run(["ls", "/var/run"])));
  await until("oc1 has no series of it", async () => {
    const metrics = await oc1.metrics();
    return metrics?.every(({ name }) => !name.startsWith("openshift_ptp_")) === true;
  });
  await world.config.write("ordinary.yaml", ordinary);
  await reach(world, settled(world));
  await noStrangers(world);
});

/** Status by the operator, and its log but for the lines that were there before. */
async function whatOperatorTells(world: World, old: ReadonlySet<string>): Promise<string> {
  const status = (await world.config.status("PtpConfig.openshift-ptp.ordinary.yaml")) ?? "";
  return [...world.operator.lines().filter((line) => !old.has(line)), status].join("\n");
}

async function problems(world: World): Promise<number> {
  const metrics = await world.operatorMetrics();
  return metrics === undefined ? NaN : (metricValue(metrics, "ptp_operator_store_problems") ?? NaN);
}

async function noProblems(world: World): Promise<void> {
  await until("the operator has no problem any more", async () => (await problems(world)) === 0);
}
