import type { NodeClock } from "@ptp/api";
import { runsItsConfig, takesTime } from "../../tools/demo/scenario/milestones.ts";
import type { Milestone } from "../../tools/demo/scenario/step.ts";
import { nodeOf, type Snapshot } from "../../tools/demo/world/snapshot.ts";
import { end, type Topology } from "../../tools/demo/world/topology.ts";
import type { World } from "../../tools/demo/world/world.ts";
import { milestone } from "./reach.ts";

/** A boundary clock with two network cards, each between the grandmaster and an ordinary clock of its own. */
export const dualNicTopology: Topology = {
  nodes: ["gm", "bc", "oc1", "oc2"],
  cables: [
    [end("gm", "gm0"), end("bc", "up0")],
    [end("gm", "gm1"), end("bc", "up1")],
    [end("bc", "dn0"), end("oc1", "oc0")],
    [end("bc", "dn1"), end("oc2", "oc0")],
  ],
};

/** Both instances of the boundary clock take time and both ordinary clocks behind them do. */
export function dualNicSettled(world: World): readonly Milestone[] {
  const runs = world.nodes.map(({ name }) => runsItsConfig(name));
  return [...runs, nicTakesTime(world, 0), nicTakesTime(world, 1), takesTime(world, "oc1"), takesTime(world, "oc2")];
}

/** The instance with card 0 or 1 takes time on its upper port. */
export function nicTakesTime(world: World, card: 0 | 1): Milestone {
  const wanted = world.lab.clock.adjustable ? "SLAVE" : "UNCALIBRATED";
  return milestone(`the ptp4l of card ${card} is ${wanted}`, (now) => {
    const clock = nicClock(now, card);
    const upper = clock?.ports.find(({ name }) => name === `up${card}`);
    return upper?.state === wanted && (!world.lab.clock.adjustable || clock?.state === "LOCKED");
  });
}

/** What is told of the instance with card 0 or 1. */
export function nicClock(now: Snapshot, card: 0 | 1): NodeClock | undefined {
  return nodeOf(now, "bc").status.clocks.find(({ profile }) => profile === `boundary_nic${card}`);
}

/** The process number, on the node, of the instance with card 0 or 1. */
export function nicPid(now: Snapshot, card: 0 | 1): number | undefined {
  return nodeOf(now, "bc").status.processes.find(({ profile }) => profile === `boundary_nic${card}`)?.pid;
}
