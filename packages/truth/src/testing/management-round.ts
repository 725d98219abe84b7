import type { ClockIdentity, DefaultDataSet } from "@ptp/ptp";
import type { NodeInput } from "../node/node-input.ts";
import type { PtpClockObservation } from "../ptp-clock.ts";
import { gnssTime, parentOf } from "./machines.ts";

/** The clock of the ptp4l that answers. */
export const ownIdentity = "112233.fffe.445566" as ClockIdentity;

/** Of a clock with one port and linuxptp's own defaults. */
export const ownDataSet: DefaultDataSet = {
  twoStep: true,
  timeReceiverOnly: false,
  numberPorts: 1,
  priority1: 128,
  clockClass: 248,
  clockAccuracy: 0xfe,
  offsetScaledLogVariance: 0xffff,
  priority2: 128,
  clockIdentity: ownIdentity,
  domainNumber: 24,
};

/** The data sets of that clock below a grandmaster of a clock class, as one round of questions brings them. */
export function dataSetsBelow(clockClass: number): readonly PtpClockObservation[] {
  return [
    { kind: "default-data-set", dataSet: ownDataSet },
    { kind: "parent-data-set", dataSet: parentOf(clockClass) },
    { kind: "current-data-set", dataSet: { stepsRemoved: 2, offsetNs: 0, meanPathDelayNs: 100 } },
    { kind: "time-properties-data-set", dataSet: gnssTime },
  ];
}

/** Its only port, on ens1f0, which hears 16 Syncs a second. */
export function onlyPort(state: "TIME_RECEIVER" | "LISTENING" | "FAULTY"): PtpClockObservation {
  return { kind: "port", number: 1, state, interfaceName: "ens1f0", logSyncInterval: -4 };
}

/** A measurement of its own: no two numbers alike are one. */
export function measurement(number: number, offsetNs: number): PtpClockObservation {
  return { kind: "time-status", offsetNs, ingressTimeNs: BigInt(number) };
}

/** What ptp4l.0 was asked, ended by the tick that decides. */
export function answered(...observations: readonly PtpClockObservation[]): NodeInput {
  return { source: "management", process: "ptp4l.0", observations: [...observations, { kind: "tick" }] };
}

/** The DPLL of ens1f0 with both its loops in one state: 3 is locked with holdover acquired, 4 holdover. */
export function dpllOf(process: string, code: number): NodeInput {
  const status = { kind: "dpll-status", interfaceName: "ens1f0", ppsAvailable: true, state: "LOCKED" } as const;
  return { source: "dpll", process, status: { ...status, frequencyStatus: code, phaseStatus: code, offsetNs: 2 } };
}
