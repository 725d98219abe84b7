import type { SampleResource } from "../testing/shared-samples.ts";

/** A receiver that is to be set up without anything said about it. */
export const gnssInit = { antennaVoltage: null, survey: { observationTime: 0, accuracy: 0 } };

/** A HardwareConfig with one receiver as its source. */
export function hardwareConfig(name: string, gnssConfig: object): SampleResource {
  const source = { name: "gnss", subsystem: "s", sourceType: "gnss", gnssConfig };
  const clockChain = { structure: [{ name: "s" }], behavior: { sources: [source] } };
  return {
    apiVersion: "ptp.openshift.io/v2alpha1",
    kind: "HardwareConfig",
    metadata: { name },
    spec: { profile: { name: "p", clockChain } },
  };
}

/** A PtpConfig with one profile. */
export function ptpConfig(name: string, profile: object): SampleResource {
  const spec = { profile: [{ name: "p", ...profile }], recommend: [] };
  return { apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata: { name }, spec };
}

/** Objects with a default at every place that has one: absent, null, and given. */
export const writtenResources: readonly SampleResource[] = [
  ptpConfig("no-thresholds", {}),
  ptpConfig("empty-thresholds", { ptpClockThreshold: {} }),
  ptpConfig("null-thresholds", { ptpClockThreshold: null, ptp4lOpts: null, ptpSettings: { a: "b" } }),
  ptpConfig("empty-downtimes", { ptpClockThreshold: { maxOffsetThreshold: null, processDowntimeThresholds: {} } }),
  ptpConfig("given", { ptpClockThreshold: { holdOverTimeout: 0, processDowntimeThresholds: { gpsd: 0 } } }),
  ptpConfig("plugins", { plugins: { e810: { nothing: null, list: [null, 1.5, { deep: null }] }, other: "text" } }),
  ptpConfig("no-choice", { highAvailability: {} }),
  ptpConfig("null-choice", { highAvailability: { enableHA: null, preferredPrimary: null, heartBeatTimeout: 0 } }),
  ptpConfig("choice", {
    ptpSettings: { haProfiles: "a,b" },
    highAvailability: { enableHA: true, preferredPrimary: "a", heartBeatTimeout: 3600, sourcePriority: ["b", "a"] },
  }),
  hardwareConfig("gnss", { init: gnssInit }),
  hardwareConfig("given-gnss", { init: { ...gnssInit, antennaVoltage: false, constellations: ["Galileo", "GPS"] } }),
  {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    metadata: { name: "default" },
    spec: { daemonNodeSelector: {}, ptpEventConfig: {}, plugins: { e810: null } },
  },
];
