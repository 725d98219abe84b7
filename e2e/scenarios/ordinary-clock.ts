import { lockedOrdinary, ordinary, ordinaryStarts } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

/** An ordinary clock gets LOCKED and stays so, whatever class the grandmaster is of. */
export const ordinaryClock: Scenario = {
  name: "ordinary clock",
  ...ordinary,
  phases: [
    ordinaryStarts,
    {
      title: "the grandmaster announces holdover",
      act: (stage) => stage.setClass("gm", 7),
      changes: [],
      clocks: [lockedOrdinary],
    },
  ],
};
