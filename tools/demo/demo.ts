import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createLab } from "../lab/lab.ts";
import { runStep } from "./scenario/run-step.ts";
import { actionByKey, automaticSteps, keyHelp } from "./scenario/scenario.ts";
import { seconds } from "./scenario/summary.ts";
import type { Step, StepResult } from "./scenario/step.ts";
import { lastWords } from "./screen/last-words.ts";
import { watchNodes, type NodeWatch } from "./screen/watch-nodes.ts";
import type { Keys } from "./screen/keys.ts";
import type { Screen } from "./screen/screen.ts";
import { demoTopology } from "./world/topology.ts";
import { createWorld, type World } from "./world/world.ts";

/** Who watches the demo, and how it ends. */
export interface DemoOptions {
  readonly screen: Screen;
  readonly keys: Keys;
  /** Goes on after the automatic steps, until `signal`; keys choose what is done. */
  readonly stays: boolean;
  /** As in `LabOptions`. */
  readonly clock: "auto" | "read-only";
  readonly signal: AbortSignal;
}

interface Stage {
  readonly world: World;
  readonly watch: NodeWatch;
}

const documents = join(import.meta.dirname, "../../examples/demo");

/** Runs the demo and returns what became of its automatic steps. Leaves nothing behind, however it ends. */
export async function runDemo(options: DemoOptions): Promise<readonly StepResult[]> {
  const { screen, signal } = options;
  const lab = await createLab({ clock: options.clock });
  try {
    sayClock(screen, lab.clock);
    const world = await createWorld({ lab, topology: demoTopology, documents });
    screen.say(`four hosts are up; edit them by hand: ${world.config.outside}`);
    const watch = watchNodes(world, screen);
    const stage: Stage = { world, watch };
    try {
      const results = await runAutomatic(stage, options);
      if (options.stays) await obeyKeys(stage, options);
      return results;
    } finally {
      await watch.stop();
      if (!signal.aborted) await world.stop();
    }
  } finally {
    await lab.close();
    screen.say("all processes, namespaces and files of the demo are gone");
  }
}

function sayClock(screen: Screen, clock: { readonly adjustable: boolean; readonly reason?: string }): void {
  if (clock.adjustable) return;
  screen.say(`The clock of this machine must not be adjusted here: ${clock.reason ?? ""}.`);
  screen.say("ptp4l runs without that right, so ports stay UNCALIBRATED where they would become SLAVE.");
}

/** The steps in order, up to the first that fails. */
async function runAutomatic(stage: Stage, options: DemoOptions): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of automaticSteps) {
    const result = await runAndTell(step, stage, options);
    results.push(result);
    if (!result.good) return results;
  }
  return results;
}

async function obeyKeys(stage: Stage, options: DemoOptions): Promise<void> {
  const { screen, keys, signal } = options;
  screen.say(keyHelp);
  while (!signal.aborted) {
    const step = actionByKey(keys.take(), stage.world);
    try {
      if (step === undefined) await sleep(100, undefined, { signal });
      else await runAndTell(step, stage, options);
    } catch (error) {
      if (!signal.aborted) screen.say(`     FAIL  ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function runAndTell(step: Step, { world, watch }: Stage, { screen, signal }: DemoOptions): Promise<StepResult> {
  screen.say(`\n== ${step.title}`);
  const onReached = (told: string, afterMs: number): void => screen.say(`${seconds(afterMs).padStart(9)}  ${told}`);
  const result = await runStep(step, { world, onReached, signal });
  for (const problem of result.problems) screen.say(`     FAIL  ${problem}`);
  if (!result.good) for (const line of lastWords(world)) screen.say(line);
  await watch.refresh();
  screen.settle();
  return result;
}
