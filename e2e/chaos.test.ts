import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { nextPriority2, withPriority2 } from "../tools/demo/scenario/edit-step.ts";
import { killVictim, victimName, type Victim } from "../tools/demo/scenario/kill-step.ts";
import { keptProcesses } from "../tools/demo/scenario/milestones.ts";
import type { World } from "../tools/demo/world/world.ts";
import { openWorld } from "./testing/open-world.ts";
import { allConnected, answersWith, noStrangers } from "./testing/oracle.ts";
import { reach, settled } from "./testing/reach.ts";
import { seededRandom, type Random } from "./testing/seeded-random.ts";

/** What the run may do at each turn. `touches`: nodes whose processes may restart because of it. */
interface Mischief {
  readonly told: string;
  readonly touches: readonly string[];
  readonly act: (world: World) => Promise<void>;
}

const turns = 14;
const maxPauseMs = 2_500;

test("chaos: whatever is killed, edited and stopped in whatever order, all heals", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  const seed = process.env["PTP_CHAOS_SEED"] ?? String(Date.now());
  t.diagnostic(`repeat with PTP_CHAOS_SEED=${seed}`);
  const random = seededRandom(seed);
  world.start();
  const before = await reach(world, settled(world));
  const touched = new Set<string>();
  const done: string[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const mischief = choose(random, world);
    done.push(mischief.told);
    for (const name of mischief.touches) touched.add(name);
    await mischief.act(world);
    await sleep(random(maxPauseMs));
  }
  t.diagnostic(done.join("; "));
  world.start();
  const after = await reach(world, settled(world), 120_000).catch((error: unknown) => {
    throw new Error(`seed ${seed}: ${done.join("; ")}`, { cause: error });
  });
  const untouched = world.nodes.flatMap(({ name }) => (touched.has(name) ? [] : [name]));
  assert.deepEqual(keptProcesses(untouched, before, after), [], `seed ${seed}: ${done.join("; ")}`);
  const priority2 = nextPriority2(await world.config.read("ordinary.yaml")) - 1;
  if (done.includes("edit")) for (const name of ["oc1", "oc2"]) await answersWith(world, name, priority2);
  await allConnected(world);
  await noStrangers(world);
});

/** The boundary clock's processes are left alone, so that there is always one node that must keep them. */
function choose(random: Random, world: World): Mischief {
  const node = ["gm", "oc1", "oc2"][random(3)] ?? "oc1";
  const choices: readonly Mischief[] = [
    kill({ kind: "operator" }),
    kill({ kind: "agent", node }),
    kill({ kind: "ptp4l", node }),
    { told: "edit", touches: ["oc1", "oc2"], act: editOrdinary },
    world.node("gm").agent.isWanted()
      ? { told: "stop gm", touches: ["gm"], act: (world) => world.node("gm").agent.stop() }
      : { told: "start gm", touches: ["gm"], act: startGrandmaster },
  ];
  return choices[random(choices.length)] ?? kill({ kind: "operator" });
}

function kill(victim: Victim): Mischief {
  return {
    told: `kill ${victimName(victim)}`,
    touches: victim.kind === "operator" ? [] : [victim.node],
    // It may be down from the turn before.
    act: (world) => killVictim(world, victim).catch(() => undefined),
  };
}

async function editOrdinary({ config }: World): Promise<void> {
  const priority2 = nextPriority2(await config.read("ordinary.yaml"));
  await config.edit("ordinary.yaml", (text) => withPriority2(text, priority2));
}

function startGrandmaster(world: World): Promise<void> {
  world.node("gm").agent.start();
  return Promise.resolve();
}
