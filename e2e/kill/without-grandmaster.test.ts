import assert from "node:assert/strict";
import { test } from "node:test";
import { killVictim, victimName, type Victim } from "../../tools/demo/scenario/kill-step.ts";
import { keptProcesses, runsItsConfig } from "../../tools/demo/scenario/milestones.ts";
import { nodeOf, pidsOf, takeSnapshot } from "../../tools/demo/world/snapshot.ts";
import { openWorld } from "../testing/open-world.ts";
import { allConnected, noStrangers } from "../testing/oracle.ts";
import { milestone, reach, settled } from "../testing/reach.ts";

test("kill -9 while the grandmaster is stopped: all find back when it returns", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  await reach(world, settled(world));
  const victims: readonly Victim[] = [
    { kind: "operator" },
    { kind: "agent", node: "bc" },
    { kind: "ptp4l", node: "bc" },
  ];
  for (const victim of victims) {
    await t.test(victimName(victim), async () => {
      const before = await takeSnapshot(world);
      await world.node("gm").agent.stop();
      await reach(world, [milestone("bc gives time alone", (now) => portStates(now, "bc").every(isMaster))]);
      const old = pidsOf(await takeSnapshot(world), "bc");
      await killVictim(world, victim);
      const running = ["bc", "oc1", "oc2"];
      // What is told of one that is dead would do, too.
      const isAnother = milestone(
        "bc runs another ptp4l",
        (now) => !pidsOf(now, "bc").some((pid) => old.includes(pid)),
      );
      await reach(world, [
        ...(victim.kind === "operator" ? [] : [isAnother, runsItsConfig("bc")]),
        milestone("bc gives time alone again", (now) => portStates(now, "bc").every(isMaster)),
        milestone("all others run", (now) => running.every((name) => nodeOf(now, name).programs.length === 1)),
      ]);
      world.node("gm").agent.start();
      const after = await reach(world, settled(world));
      assert.deepEqual(keptProcesses(["oc1", "oc2"], before, after), []);
      await allConnected(world);
      await noStrangers(world);
    });
  }
});

function portStates(now: Awaited<ReturnType<typeof takeSnapshot>>, name: string): readonly string[] {
  const states = nodeOf(now, name).status.clocks.flatMap(({ ports }) => ports.map(({ state }) => state));
  return states.length === 0 ? ["unknown"] : states;
}

function isMaster(state: string): boolean {
  return state === "MASTER" || state === "GRAND_MASTER";
}
