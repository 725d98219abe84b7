import type { World } from "../world/world.ts";
import { editStep } from "./edit-step.ts";
import { startGrandmasterStep, stopGrandmasterStep } from "./grandmaster-steps.ts";
import { killStep, type Victim } from "./kill-step.ts";
import { startStep } from "./start-step.ts";
import type { Step } from "./step.ts";

/** What the demo does by itself, in this order. */
export const automaticSteps: readonly Step[] = [
  startStep,
  editStep,
  stopGrandmasterStep,
  startGrandmasterStep,
  killStep({ kind: "ptp4l", node: "bc" }),
];

/** What the key `k` kills, one after another. */
const victims: readonly Victim[] = [
  { kind: "ptp4l", node: "oc1" },
  { kind: "agent", node: "oc2" },
  { kind: "operator" },
  { kind: "agent", node: "bc" },
];

/** The keys, in words. */
export const keyHelp = "keys: e edit a profile, g stop the grandmaster, b bring it back, k kill -9 something, q quit";

/** The step a key asks for; undefined: none, or one that makes no sense now. */
export function actionByKey(key: string | undefined, world: World): Step | undefined {
  const grandmasterRuns = world.node("gm").agent.isWanted();
  switch (key) {
    case "e":
      return editStep;
    case "g":
      return grandmasterRuns ? stopGrandmasterStep : undefined;
    case "b":
      return grandmasterRuns ? undefined : startGrandmasterStep;
    case "k":
      return grandmasterRuns ? killStep(victims[killed(world) % victims.length] ?? { kind: "operator" }) : undefined;
    case undefined:
    default:
      return undefined;
  }
}

/** Starts of all programs: another number after every kill. */
function killed(world: World): number {
  return [world.operator, ...world.nodes.map(({ agent }) => agent)].reduce((sum, program) => sum + program.starts(), 0);
}
