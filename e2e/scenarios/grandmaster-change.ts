import { profileOf, sourceConf } from "./testing/conf.ts";
import { boundary, lockedBoundary } from "./testing/boundary.ts";
import { acquires, toLocked } from "./testing/ordinary.ts";
import type { ExpectedChange, Scenario } from "./testing/scenario.ts";

const better = sourceConf(["clockClass 6"], ["[gm0]"]);

/** While it turns from one to the other it follows neither: some 100 ms. */
const turns: readonly ExpectedChange[] = [
  {
    from: "LOCKED",
    to: "HOLDOVER",
    // Where the other died it was on its own first.
    cause: /^no port is SLAVE: port 1 \(up0\) is (UNCALIBRATED|MASTER), port 2 \(dn0\) is MASTER$/,
  },
  toLocked("HOLDOVER", "up0"),
];

/** A better grandmaster appears, and dies: the boundary clock follows whom BMCA chooses. */
export const grandmasterChange: Scenario = {
  name: "grandmaster change by BMCA",
  ...boundary,
  networks: { upper: ["gm:gm0", "gm2:gm0", "node:up0"], lower: boundary.networks.lower },
  profiles: [profileOf({ ports: [["[up0]"], ["[dn0]", "masterOnly 1"]], holdOverTimeoutS: 30 })],
  sources: { gm: sourceConf(["clockClass 7"], ["[gm0]"]) },
  phases: [
    { title: "it starts", changes: acquires("up0"), clocks: [{ ...lockedBoundary, clockClass: 7 }] },
    {
      title: "a better one appears",
      act: (stage) => stage.startSource("gm2", better),
      changes: turns,
      clocks: [lockedBoundary],
    },
    {
      title: "it is killed",
      act: (stage) => stage.killSource("gm2"),
      changes: turns,
      clocks: [{ ...lockedBoundary, clockClass: 7 }],
    },
    { title: "nothing more happens", changes: [], clocks: [{ ...lockedBoundary, clockClass: 7 }] },
  ],
};
