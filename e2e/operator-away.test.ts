import assert from "node:assert/strict";
import { test } from "node:test";
import { withPriority2 } from "../tools/demo/scenario/edit-step.ts";
import { keptProcesses } from "../tools/demo/scenario/milestones.ts";
import { metricValue } from "../tools/demo/world/metrics-text.ts";
import { pidsOf, takeSnapshot } from "../tools/demo/world/snapshot.ts";
import { openWorld } from "./testing/open-world.ts";
import { allConnected, answersWith, noStrangers } from "./testing/oracle.ts";
import { milestone, reach, settled, until } from "./testing/reach.ts";

test("the operator is away: nodes run on, restart from what they accepted, and take up the newest on its return", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  const first = await reach(world, settled(world));
  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 210));
  await answersWith(world, "oc1", 210);
  await answersWith(world, "oc2", 210);
  await reach(world, settled(world));
  await world.operator.stop();
  const before = await takeSnapshot(world);

  await world.node("oc1").agent.kill();
  const [old] = pidsOf(before, "oc1");
  await reach(world, [
    milestone("oc1 runs a new ptp4l", (now) => pidsOf(now, "oc1").length === 1 && pidsOf(now, "oc1")[0] !== old),
  ]);
  await answersWith(world, "oc1", 210);
  if (world.lab.clock.adjustable) {
    await until("oc1 is LOCKED again, by its own metrics", async () => {
      const metrics = await world.node("oc1").metrics();
      return metrics !== undefined && metricValue(metrics, "openshift_ptp_clock_state", { iface: "ocx" }) === 1;
    });
  }

  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 211));
  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 212));
  world.operator.start();
  await allConnected(world);
  await answersWith(world, "oc1", 212);
  await answersWith(world, "oc2", 212);
  const after = await reach(world, settled(world));
  assert.deepEqual(keptProcesses(["gm", "bc"], first, after), []);
  await noStrangers(world);
});
