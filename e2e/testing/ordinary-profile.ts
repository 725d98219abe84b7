import { safeServo } from "../../tools/lab/safe-servo.ts";
import { fastClock } from "./fast-clock.ts";

/** What can be said about a profile that takes time on its one interface. */
export interface OrdinaryProfile {
  /** Name of the PtpConfig. */
  readonly name: string;
  readonly interface: string;
  /** Label of the nodes that run it, such as `ptp/role=ordinary`. */
  readonly nodeLabel: string;
  /** Lines of the global section beside those every safe ordinary clock needs. */
  readonly lines: readonly string[];
  /** The offset at which its clock is out; default: 100 µs, which software time stamps of a busy machine can exceed. */
  readonly maxOffsetNs?: number;
}

const safeLines = [...fastClock, ...safeServo];

/** A PtpConfig document, in JSON, which is YAML too. */
export function ordinaryProfile(profile: OrdinaryProfile): string {
  const { maxOffsetNs = 100_000 } = profile;
  const thresholds = { holdOverTimeout: 3, maxOffsetThreshold: maxOffsetNs, minOffsetThreshold: -maxOffsetNs };
  return JSON.stringify({
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name: profile.name, namespace: "openshift-ptp" },
    spec: {
      profile: [
        {
          name: "oc",
          interface: profile.interface,
          ptp4lOpts: "-2",
          ptp4lConf: ["[global]", ...profile.lines, ...safeLines, ""].join("\n"),
          ptpClockThreshold: thresholds,
        },
      ],
      recommend: [{ profile: "oc", priority: 4, match: [{ nodeLabel: profile.nodeLabel }] }],
    },
  });
}
