import { runsItsConfig, takesTime } from "./milestones.ts";
import type { Step } from "./step.ts";

/** Starts the operator and the agents; all clocks must find their place. */
export const startStep: Step = {
  title: "start the operator and four agents",
  deadlineMs: 90_000,
  act: (world) => {
    const atUnixMs = Date.now();
    world.start();
    return Promise.resolve({
      atUnixMs,
      milestones: [
        ...world.nodes.map(({ name }) => runsItsConfig(name)),
        ...["bc", "oc1", "oc2"].map((name) => takesTime(world, name)),
      ],
    });
  },
};
