import { lockedOrdinary, ordinaryStarts, patientOrdinary, toLocked } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

/** ptp4l dies and is started again within holdover. */
export const ptp4lKill: Scenario = {
  name: "ptp4l kill",
  ...patientOrdinary,
  phases: [
    ordinaryStarts,
    {
      title: "ptp4l is killed",
      act: (stage) => Promise.resolve(stage.signalPtp4l("SIGKILL")),
      changes: [
        { from: "LOCKED", to: "HOLDOVER", cause: /^ptp4l is down, restarting: .*SIGKILL/ },
        toLocked("HOLDOVER", "oc0"),
      ],
      clocks: [{ ...lockedOrdinary, starts: 2 }],
    },
  ],
};
