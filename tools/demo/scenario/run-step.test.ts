import assert from "node:assert/strict";
import { test } from "node:test";
import type { World } from "../world/world.ts";
import { runStep, type StepOptions } from "./run-step.ts";
import type { Milestone, Step } from "./step.ts";

const nobody = { nodes: [] as World["nodes"] } as World;

function options(told: string[], signal = new AbortController().signal): StepOptions {
  return { world: nobody, onReached: (text, afterMs) => told.push(`${text} ${afterMs}`), signal };
}

function stepWith(milestones: readonly Milestone[], more: Partial<Awaited<ReturnType<Step["act"]>>> = {}): Step {
  return { title: "try", deadlineMs: 120, act: () => Promise.resolve({ atUnixMs: 1_000, milestones, ...more }) };
}

const reachedAt = (what: string, atUnixMs: number, isPause = false): Milestone => ({
  what,
  isPause,
  reached: () => ({ atUnixMs }),
});

test("runStep tells milestones in order and takes as long as the last that is no pause", async () => {
  const told: string[] = [];
  let ended = 0;
  const end = async (): Promise<void> => void (ended += 1);
  const milestones = [reachedAt("a", 1_300), reachedAt("b", 1_200), reachedAt("c", 4_000, true)];
  const result = await runStep(stepWith(milestones, { end }), options(told));
  assert.deepEqual(told, ["a 300", "b 200", "c 3000"]);
  assert.deepEqual(result, { title: "try", good: true, tookMs: 300, problems: [] });
  assert.equal(ended, 1);
});

test("runStep fails with what did not come in time, and waits for nothing after it", async () => {
  const told: string[] = [];
  const never: Milestone = { what: "the moon", reached: () => undefined };
  const result = await runStep(stepWith([reachedAt("a", 1_000), never, reachedAt("c", 1_000)]), options(told));
  assert.deepEqual(told, ["a 0"]);
  assert.equal(result.good, false);
  assert.deepEqual(result.problems, ["not within 0.12 s: the moon"]);
});

test("runStep fails with findings, though all milestones were reached", async () => {
  const result = await runStep(
    stepWith([reachedAt("a", 1_000)], { findings: () => ["gm should have stayed"] }),
    options([]),
  );
  assert.deepEqual([result.good, result.problems], [false, ["gm should have stayed"]]);
});

test("runStep ends at once when aborted, and still releases what the step used", async () => {
  const ended = new AbortController();
  let released = false;
  const end = async (): Promise<void> => void (released = true);
  const never: Milestone = { what: "never", reached: () => (ended.abort(new Error("enough")), undefined) };
  await assert.rejects(runStep(stepWith([never], { end }), options([], ended.signal)), /abort|enough/i);
  assert.equal(released, true);
});
