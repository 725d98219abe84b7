import { lockedOrdinary, losesPort, ordinary, ordinaryReturns, ordinaryStarts } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

/** The only grandmaster dies without a word: the receiver notices by missing Announce messages. */
export const grandmasterKill: Scenario = {
  name: "grandmaster kill",
  ...ordinary,
  phases: [
    ordinaryStarts,
    {
      title: "the grandmaster is killed",
      act: (stage) => stage.killSource("gm"),
      changes: losesPort("LISTENING"),
      clocks: [{ ...lockedOrdinary, state: "FREERUN", ports: { oc0: "LISTENING" } }],
    },
    { title: "it comes back", act: (stage) => stage.startSource("gm"), ...ordinaryReturns },
  ],
};
