import { setTimeout as sleep } from "node:timers/promises";
import { takeSnapshot } from "../world/snapshot.ts";
import type { World } from "../world/world.ts";
import type { Acted, Milestone, Reached, Step, StepResult } from "./step.ts";

/** Who is told while a step runs, and who can end it. */
export interface StepOptions {
  readonly world: World;
  /** Told of each milestone as it is reached, with milliseconds since the act. */
  readonly onReached: (told: string, afterMs: number) => void;
  readonly signal: AbortSignal;
}

const pollMs = 50;

/** Carries out one step and waits until all that must follow has come true, or its deadline has passed. */
export async function runStep(step: Step, { world, onReached, signal }: StepOptions): Promise<StepResult> {
  const before = await takeSnapshot(world);
  const acted = await step.act(world, before);
  let tookMs = 0;
  const result = (problems: readonly string[]): StepResult => {
    return { title: step.title, good: problems.length === 0, tookMs, problems };
  };
  try {
    const endsAtMs = performance.now() + step.deadlineMs;
    for (const milestone of acted.milestones) {
      const at = await waitFor(milestone, world, endsAtMs, signal);
      if (at === undefined) return result([missing(milestone, step.deadlineMs)]);
      const told = at.told ?? milestone.what;
      const afterMs = Math.max(0, at.atUnixMs - acted.atUnixMs);
      if (milestone.isPause !== true) tookMs = Math.max(tookMs, afterMs);
      onReached(told, afterMs);
    }
    return result(await findings(acted, before, world));
  } finally {
    await acted.end?.();
  }
}

function missing({ what }: Milestone, deadlineMs: number): string {
  return `not within ${deadlineMs / 1000} s: ${what}`;
}

async function findings(
  { findings: find }: Acted,
  before: Parameters<NonNullable<Acted["findings"]>>[0],
  world: World,
): Promise<readonly string[]> {
  return find === undefined ? [] : find(before, await takeSnapshot(world));
}

async function waitFor(
  { reached }: Milestone,
  world: World,
  endsAtMs: number,
  signal: AbortSignal,
): Promise<Reached | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const at = reached(await takeSnapshot(world));
    if (at !== undefined) return at;
    if (performance.now() > endsAtMs) return undefined;
    await sleep(pollMs, undefined, { signal });
  }
}
