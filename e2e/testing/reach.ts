import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { runsItsConfig, takesTime } from "../../tools/demo/scenario/milestones.ts";
import type { Milestone } from "../../tools/demo/scenario/step.ts";
import { lastWords } from "../../tools/demo/screen/last-words.ts";
import { takeSnapshot, type Snapshot } from "../../tools/demo/world/snapshot.ts";
import type { World } from "../../tools/demo/world/world.ts";

const pollMs = 100;
/** To wait long costs nothing where it comes early: a slow machine takes four times as long as a quick one. */
const limitMs = 90_000;

/** Waits until all milestones hold in one and the same snapshot; fails with what is missing and the programs' last words. */
export async function reach(world: World, milestones: readonly Milestone[], withinMs = limitMs): Promise<Snapshot> {
  const endsAtMs = performance.now() + withinMs;
  for (;;) {
    const now = await takeSnapshot(world);
    const missing = milestones.filter(({ reached }) => reached(now) === undefined);
    if (missing.length === 0) return now;
    if (performance.now() > endsAtMs) assert.fail(explain(world, missing, withinMs));
    await sleep(pollMs);
  }
}

/** Everything as it is when the demo has settled: all profiles run, all receivers take time from the grandmaster. */
export function settled(world: World): readonly Milestone[] {
  return [
    ...world.nodes.map(({ name }) => runsItsConfig(name)),
    ...["bc", "oc1", "oc2"].map((name) => takesTime(world, name)),
  ];
}

/** A milestone of one test's own. */
export function milestone(what: string, holds: (now: Snapshot) => boolean): Milestone {
  return { what, reached: (now) => (holds(now) ? { atUnixMs: now.atUnixMs } : undefined) };
}

/** Waits until something holds that no snapshot shows. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = limitMs): Promise<void> {
  const endsAtMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endsAtMs) assert.fail(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(pollMs);
  }
}

function explain(world: World, missing: readonly Milestone[], withinMs: number): string {
  const lines = missing.map(({ what }) => `not within ${withinMs / 1000} s: ${what}`);
  return [...lines, ...lastWords(world)].join("\n");
}
