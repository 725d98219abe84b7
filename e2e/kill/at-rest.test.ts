import assert from "node:assert/strict";
import { test } from "node:test";
import { killStep, victimName, type Victim } from "../../tools/demo/scenario/kill-step.ts";
import { runStep } from "../../tools/demo/scenario/run-step.ts";
import { openWorld } from "../testing/open-world.ts";
import { allConnected, noStrangers } from "../testing/oracle.ts";
import { reach, settled } from "../testing/reach.ts";

const all: readonly Victim[] = [
  { kind: "operator" },
  { kind: "ptp4l", node: "oc1" },
  { kind: "ptp4l", node: "gm" },
  { kind: "agent", node: "oc2" },
  { kind: "agent", node: "bc" },
  { kind: "agent", node: "gm" },
];

test("kill -9 of any program while all is well: it comes back, and nothing else restarts", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  await reach(world, settled(world));
  const options = { world, onReached: () => undefined, signal: t.signal };
  for (const victim of all) {
    await t.test(victimName(victim), async () => {
      const { problems } = await runStep(killStep(victim), options);
      assert.deepEqual(problems, []);
      await reach(world, settled(world));
      await allConnected(world);
      await noStrangers(world);
    });
  }
});
