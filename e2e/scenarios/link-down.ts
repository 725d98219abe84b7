import { lockedOrdinary, losesPort, ordinary, ordinaryReturns, ordinaryStarts } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

/** The cable is pulled and put back. */
export const linkDown: Scenario = {
  name: "link down and up",
  ...ordinary,
  phases: [
    ordinaryStarts,
    {
      title: "the cable is pulled",
      act: (stage) => stage.unplug("node:oc0"),
      changes: losesPort("FAULTY"),
      clocks: [{ ...lockedOrdinary, state: "FREERUN", ports: { oc0: "FAULTY" } }],
    },
    { title: "it is put back", act: (stage) => stage.plug("node:oc0"), ...ordinaryReturns },
  ],
};
