import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPriority2, withPriority2 } from "../../tools/demo/scenario/edit-step.ts";
import { killVictim, victimName, type Victim } from "../../tools/demo/scenario/kill-step.ts";
import { keptProcesses } from "../../tools/demo/scenario/milestones.ts";
import { nodeOf, takeSnapshot } from "../../tools/demo/world/snapshot.ts";
import { openWorld } from "../testing/open-world.ts";
import { allConnected, answersWith, noStrangers } from "../testing/oracle.ts";
import { milestone, reach, settled } from "../testing/reach.ts";

test("kill -9 right after an edit: the edit comes true, and only processes it touches restart", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  await reach(world, settled(world));
  const victims: readonly Victim[] = [
    { kind: "operator" },
    { kind: "agent", node: "oc1" },
    { kind: "ptp4l", node: "oc2" },
  ];
  for (const victim of victims) {
    for (const pauseMs of [0, 60, 150]) {
      await t.test(`${victimName(victim)}, ${pauseMs} ms after the edit`, async () => {
        const before = await takeSnapshot(world);
        const priority2 = nextPriority2(await world.config.read("ordinary.yaml"));
        await world.config.edit("ordinary.yaml", (text) => withPriority2(text, priority2));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        // Between the end of the old ptp4l and the start of the new one there is none to kill.
        await killVictim(world, victim).catch(() => undefined);
        const changed = ["oc1", "oc2"].map((name) =>
          milestone(
            `${name} has another revision`,
            (now) => nodeOf(now, name).status.revision !== nodeOf(before, name).status.revision,
          ),
        );
        const after = await reach(world, [...changed, ...settled(world)]);
        for (const name of ["oc1", "oc2"]) await answersWith(world, name, priority2);
        assert.deepEqual(keptProcesses(["gm", "bc"], before, after), []);
        await allConnected(world);
        await noStrangers(world);
      });
    }
  }
});
