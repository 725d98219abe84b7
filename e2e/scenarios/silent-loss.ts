import { lockedOrdinary, losesPort, ordinary, ordinaryReturns, ordinaryStarts } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

/** Nothing arrives any more, though the link is up. */
export const silentLoss: Scenario = {
  name: "silent loss",
  ...ordinary,
  phases: [
    ordinaryStarts,
    {
      title: "the switch loses all",
      act: (stage) => stage.mute("node:oc0"),
      changes: losesPort("LISTENING"),
      clocks: [{ ...lockedOrdinary, state: "FREERUN", ports: { oc0: "LISTENING" } }],
    },
    { title: "it forwards again", act: (stage) => stage.unmute("node:oc0"), ...ordinaryReturns },
  ],
};
