import { clockOf, pidsOf } from "../world/snapshot.ts";
import {
  classIs,
  comesTo,
  comesToHoldover,
  keptProcesses,
  portIs,
  rootOf,
  runsItsConfig,
  takesTime,
  when,
} from "./milestones.ts";
import type { World } from "../world/world.ts";
import type { Milestone, Step } from "./step.ts";

const others = ["bc", "oc1", "oc2"] as const;

/** Class of a clock that has no time source and never had a good one. */
const defaultClass = 248;

/** Stops the grandmaster's agent, and with it its ptp4l; the boundary clock must tell what that means. */
export const stopGrandmasterStep: Step = {
  title: "stop the grandmaster",
  deadlineMs: 90_000,
  act: async (world) => {
    const atUnixMs = Date.now();
    await world.node("gm").agent.stop();
    const states = world.lab.clock.adjustable ? [comesToHoldover("bc", atUnixMs)] : [portIs("bc", "bc0", "MASTER")];
    const expired = world.lab.clock.adjustable ? [comesTo("bc", "FREERUN", atUnixMs)] : [];
    return {
      atUnixMs,
      milestones: [
        runsNothing("gm"),
        ...states,
        classIs("bc", defaultClass),
        ...["oc1", "oc2"].map((name) => followsBoundary(world, name)),
        ...expired,
      ],
      findings: (before, after) => keptProcesses(others, before, after),
    };
  },
};

/** Starts the grandmaster's agent again; all clocks must find back. */
export const startGrandmasterStep: Step = {
  title: "bring the grandmaster back",
  deadlineMs: 90_000,
  act: (world) => {
    const atUnixMs = Date.now();
    world.node("gm").agent.start();
    const locked = world.lab.clock.adjustable ? [comesTo("bc", "LOCKED", atUnixMs)] : [];
    return Promise.resolve({
      atUnixMs,
      milestones: [runsItsConfig("gm"), ...locked, ...others.map((name) => takesTime(world, name))],
      findings: (before, after) => keptProcesses(others, before, after),
    });
  },
};

function runsNothing(name: string): Milestone {
  return { what: `${name} runs no PTP program`, reached: (now) => when(now, pidsOf(now, name).length === 0) };
}

/** The boundary clock gives time on, so ordinary clocks stay with it; its class tells them what it is worth. */
function followsBoundary(world: World, name: string): Milestone {
  return {
    what: `${name} has bc at the root of its tree`,
    reached: (now) => {
      const clock = clockOf(now, name);
      return when(now, clock !== undefined && rootOf(world, clock) === "bc");
    },
  };
}
