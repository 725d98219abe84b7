import { sourceConf } from "./testing/conf.ts";
import { lockedOrdinary, ordinary, toLocked } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

/** The grandmaster gives time in a domain that is not the receiver's. */
export const domainMismatch: Scenario = {
  name: "domain mismatch",
  ...ordinary,
  sources: { gm: sourceConf(["domainNumber 25"], ["[gm0]"]) },
  phases: [
    {
      title: "it starts",
      changes: [{ from: "UNKNOWN", to: "FREERUN", cause: /^no port is SLAVE: port 1 \(oc0\) is / }],
      clocks: [{ ...lockedOrdinary, state: "FREERUN", ports: { oc0: "LISTENING" }, isMeasured: false }],
    },
    {
      title: "the grandmaster comes to the domain of the receiver",
      act: async (stage) => {
        await stage.killSource("gm");
        await stage.startSource("gm", sourceConf([], ["[gm0]"]));
      },
      changes: [toLocked("FREERUN", "oc0")],
      clocks: [lockedOrdinary],
    },
  ],
};
