import assert from "node:assert/strict";
import { test } from "node:test";
import { withPriority2 } from "../tools/demo/scenario/edit-step.ts";
import { keptProcesses } from "../tools/demo/scenario/milestones.ts";
import { pidsOf } from "../tools/demo/world/snapshot.ts";
import { openWorld } from "./testing/open-world.ts";
import { answersWith } from "./testing/oracle.ts";
import { milestone, reach, settled, until } from "./testing/reach.ts";

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
  // It tries again and again, and has a part of a file for as long as a try lasts.
  await until("no part of a file is left", async () => !/tmp|next/.test(await host.run(["ls", "-a", stateDir])));

  await t.test("an agent that restarts meanwhile runs what it had accepted", async () => {
    await world.node("oc1").agent.kill();
    const [old] = pidsOf(before, "oc1");
    await reach(world, [
      milestone("oc1 runs another ptp4l", (now) => pidsOf(now, "oc1").length === 1 && pidsOf(now, "oc1")[0] !== old),
    ]);
    await answersWith(world, "oc1", 140);
  });
  await host.run(["rm", `${stateDir}/filler`]);
  await answersWith(world, "oc1", 141);
  await reach(world, settled(world));
});
