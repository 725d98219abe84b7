import assert from "node:assert/strict";
import { test } from "node:test";
import { withPriority2 } from "../tools/demo/scenario/edit-step.ts";
import { keptProcesses } from "../tools/demo/scenario/milestones.ts";
import { openWorld } from "./testing/open-world.ts";
import { answersWith } from "./testing/oracle.ts";
import { reach, settled, until } from "./testing/reach.ts";

const stateDir = "/var/lib/ptp-agent";

test("a full disk: the new config is refused with the reason, the old one runs on, and room heals it", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  const { host } = world.node("oc1");
  world.start();
  await reach(world, settled(world));
  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 140));
  await answersWith(world, "oc1", 140);
  const before = await reach(world, settled(world));
  await host.run(["mount", "-o", "remount,size=16k", stateDir]);
  await host.run(["bash", "-c", `dd if=/dev/zero of=${stateDir}/filler bs=4k 2>/dev/null || true`]);

  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 141));
  await answersWith(world, "oc2", 141);
  await until("the status tells that oc1 has no room", async () => {
    const status = (await world.config.status("PtpConfig.openshift-ptp.ordinary.yaml")) ?? "";
    return /oc1 refuses ordinary_oc: .*(ENOSPC|no space)/i.test(status.replaceAll(/\s+/g, " "));
  });
  await answersWith(world, "oc1", 140);
  assert.deepEqual(keptProcesses(["gm", "bc", "oc1"], before, await reach(world, [])), []);
  assert.doesNotMatch(await host.run(["ls", "-a", stateDir]), /tmp|next/);

  await t.test("an agent that restarts meanwhile runs what it had accepted", async () => {
    await world.node("oc1").agent.kill();
    await answersWith(world, "oc1", 140);
  });
  await host.run(["rm", `${stateDir}/filler`]);
  await until("oc1 runs the newest config", () => isAnswering(141), 60_000);
  await reach(world, settled(world));

  async function isAnswering(priority2: number): Promise<boolean> {
    const config = await host.run(["cat", "/var/run/ptp4l.0.config"]);
    return config.includes(`priority2 ${priority2}`);
  }
});
