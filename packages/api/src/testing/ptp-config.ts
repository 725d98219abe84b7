import type { PtpConfig, PtpProfile, Recommendation } from "../gen/types.ts";

/** A PtpConfig with one profile `p`, recommended for node `w`, for tests that look at one field. */
export function ptpConfigWith(profile: Partial<PtpProfile>, recommend?: readonly Recommendation[]): PtpConfig {
  return {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name: "own", namespace: "lab" },
    spec: {
      profile: [{ name: "p", ...profile }],
      recommend: recommend ?? [{ profile: "p", priority: 4, match: [{ nodeName: "w" }] }],
    },
  };
}

/** Another PtpConfig of the same namespace that defines the profiles named. */
export function ptpConfigNamed(name: string, profiles: readonly string[]): PtpConfig {
  return {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name, namespace: "lab" },
    spec: { profile: profiles.map((profile) => ({ name: profile })), recommend: [] },
  };
}
