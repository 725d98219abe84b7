import type { NodePTPCfg, PtpConfig } from "../gen/types.ts";

/** The PtpConfig that means the same as a first-generation NodePTPCfg; its fields are a subset. Status is left out. */
export function fromNodePtpCfg({ metadata, spec }: NodePTPCfg): PtpConfig {
  return {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata,
    ...(spec === undefined ? {} : { spec }),
  };
}
