import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPriority2, withPriority2 } from "../tools/demo/scenario/edit-step.ts";
import { killStep, killVictim, victimName, type Victim } from "../tools/demo/scenario/kill-step.ts";
import { keptProcesses } from "../tools/demo/scenario/milestones.ts";
import { runStep } from "../tools/demo/scenario/run-step.ts";
import { nodeOf, takeSnapshot } from "../tools/demo/world/snapshot.ts";
import { openWorld } from "./testing/open-world.ts";
import { allConnected, answersWith, noStrangers } from "./testing/oracle.ts";
import { milestone, reach, settled } from "./testing/reach.ts";

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
      await killVictim(world, victim);
      const running = ["bc", "oc1", "oc2"];
      await reach(world, [
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
