import { profileOf, sourceConf } from "./conf.ts";
import type { ExpectedChange, ExpectedClock, Phase, Scenario } from "./scenario.ts";

/** An ordinary clock behind a grandmaster: what most scenarios begin with. */
export const ordinary = {
  networks: { lan: ["gm:gm0", "node:oc0"] },
  sources: { gm: sourceConf([], ["[gm0]"]) },
  profiles: [profileOf({ lines: ["slaveOnly 1"], ports: [["[oc0]"]] })],
} as const satisfies Partial<Scenario>;

/** The same with a holdover that outlasts what is done to it. */
export const patientOrdinary = {
  ...ordinary,
  profiles: [profileOf({ lines: ["slaveOnly 1"], ports: [["[oc0]"]], holdOverTimeoutS: 30 })],
} as const satisfies Partial<Scenario>;

/** It as it shall be. */
export const lockedOrdinary: ExpectedClock = {
  iface: "ocx",
  state: "LOCKED",
  clockClass: 255,
  ports: { oc0: "SLAVE" },
  isMeasured: true,
};

/** A port of any clock has found its time transmitter. */
export function toLocked(from: ExpectedChange["from"], port: string, config?: string): ExpectedChange {
  const cause = new RegExp(`^port \\d \\(${port}\\) is SLAVE, offset within thresholds$`);
  return { from, to: "LOCKED", cause, ...(config !== undefined && { config }) };
}

/** From nothing known to LOCKED on that port. `config`: of which ptp4l. */
export function acquires(port: string, config?: string): readonly ExpectedChange[] {
  const cause = /^no port is SLAVE: (port \d \(\w+\) is (INITIALIZING|LISTENING|UNCALIBRATED)(, |$))+/;
  return [
    { from: "UNKNOWN", to: "FREERUN", cause, ...(config !== undefined && { config }) },
    toLocked("FREERUN", port, config),
  ];
}

/** The one port is lost in that state, and with it, after 1 s, holdover. */
export function losesPort(portState: string, port = "oc0"): readonly ExpectedChange[] {
  const lost = `no port is SLAVE: port 1 \\(${port}\\) is ${portState}`;
  return [
    { from: "LOCKED", to: "HOLDOVER", cause: new RegExp(`^${lost}$`) },
    { from: "HOLDOVER", to: "FREERUN", cause: new RegExp(`^holdover of 1 s expired; ${lost}(; now: .*)?$`) },
  ];
}

/** The ordinary clock starts beside a grandmaster that is there. */
export const ordinaryStarts: Phase = {
  title: "it starts",
  changes: acquires("oc0"),
  clocks: [lockedOrdinary],
};

/** It is back after it was lost. */
export const ordinaryReturns = { changes: [toLocked("FREERUN", "oc0")], clocks: [lockedOrdinary] } as const;
