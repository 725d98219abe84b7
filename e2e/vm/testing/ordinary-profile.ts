import { domainNumber, patientOptionsIn } from "./linuxptp.ts";
import type { ScenarioProfile } from "./guest-agent.ts";

/** Seconds of holdover in the scenarios: longer than an emulated machine may need to come back, short enough to wait for. */
export const holdOverTimeout = 10;

/** Wide enough for a program that comes back while its clock drifted; a step of a millisecond is far beyond. */
export const patientThresholds = {
  holdOverTimeout,
  maxOffsetThreshold: 200_000,
  minOffsetThreshold: -200_000,
  processDowntimeThresholds: { ptp4l: holdOverTimeout, phc2sys: holdOverTimeout, ts2phc: holdOverTimeout },
} as const;

/** A ptp4l that takes time on one interface, with or without a phc2sys that follows it. */
export function ordinaryProfile(name: string, iface: string, phc2sysOpts: string, domain: number = domainNumber) {
  return {
    name,
    interface: iface,
    ptp4lOpts: "-2",
    ptp4lConf: ["[global]", "clientOnly 1", ...patientOptionsIn(domain), ""].join("\n"),
    phc2sysOpts,
    phc2sysConf: "[global]\nsanity_freq_limit 0\n",
    ptpClockThreshold: patientThresholds,
  } satisfies ScenarioProfile;
}
