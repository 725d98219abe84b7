import { lockedOrdinary, ordinaryStarts, patientOrdinary, toLocked } from "./testing/ordinary.ts";
import type { ExpectedChange, Scenario } from "./testing/scenario.ts";

const falls: readonly ExpectedChange[] = [
  { from: "LOCKED", to: "HOLDOVER", cause: /^port 1 \(oc0\) is SLAVE but got no Sync for 2 s$/ },
  { from: "HOLDOVER", to: "UNKNOWN", cause: /^ptp4l lives but has not answered for 3 s$/ },
];
const returns: readonly ExpectedChange[] = [
  { from: "UNKNOWN", to: "FREERUN", cause: /^no port is SLAVE: port 1 \(oc0\) is / },
  toLocked("FREERUN", "oc0"),
];

/** ptp4l lives and neither answers nor works: nothing of it is known, nothing is shown, and after 15 s it is restarted. */
export const ptp4lHang: Scenario = {
  name: "ptp4l hangs",
  ...patientOrdinary,
  phases: [
    ordinaryStarts,
    {
      title: "ptp4l is stopped by SIGSTOP",
      act: (stage) => Promise.resolve(stage.signalPtp4l("SIGSTOP")),
      changes: falls,
      clocks: [{ iface: "ocx", state: "UNKNOWN", ports: {}, isMeasured: false }],
    },
    {
      title: "it goes on",
      act: (stage) => Promise.resolve(stage.signalPtp4l("SIGCONT")),
      changes: returns,
      clocks: [lockedOrdinary],
    },
    {
      title: "it is stopped for good",
      act: (stage) => Promise.resolve(stage.signalPtp4l("SIGSTOP")),
      changes: [...falls, ...returns],
      clocks: [{ ...lockedOrdinary, starts: 2 }],
    },
  ],
};
