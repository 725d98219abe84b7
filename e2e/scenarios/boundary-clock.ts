import { boundary, boundaryStarts, lockedBoundary } from "./testing/boundary.ts";
import { toLocked } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

const lost = /^no port is SLAVE: port 1 \(up0\) is MASTER, port 2 \(dn0\) is MASTER$/;

/** A boundary clock passes its grandmaster's class on; without one it is its own and must not look LOCKED. */
export const boundaryClock: Scenario = {
  name: "boundary clock",
  ...boundary,
  phases: [
    boundaryStarts,
    {
      title: "the grandmaster announces holdover",
      act: (stage) => stage.setClass("gm", 7),
      changes: [],
      clocks: [{ ...lockedBoundary, clockClass: 7 }],
    },
    {
      title: "the grandmaster is killed",
      act: (stage) => stage.killSource("gm"),
      changes: [
        { from: "LOCKED", to: "HOLDOVER", cause: lost },
        { from: "HOLDOVER", to: "FREERUN", cause: new RegExp(`^holdover of 1 s expired; ${lost.source.slice(1)}`) },
      ],
      clocks: [{ ...lockedBoundary, state: "FREERUN", clockClass: 248, ports: { up0: "MASTER", dn0: "MASTER" } }],
    },
    {
      title: "it comes back",
      act: (stage) => stage.startSource("gm"),
      changes: [toLocked("FREERUN", "up0")],
      clocks: [lockedBoundary],
    },
  ],
};
