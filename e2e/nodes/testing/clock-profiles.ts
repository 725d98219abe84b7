import { safeServo } from "../../../tools/lab/safe-servo.ts";
import { fastClock } from "../../testing/fast-clock.ts";
import { namespace } from "./open-cluster.ts";

/** Only tells the machine's own time: it cannot move the clock. */
export const grandmasterProfile = ptpConfig("grandmaster", [
  "free_running 1",
  "clockClass 6",
  "clockAccuracy 0x21",
  "offsetScaledLogVariance 0x4e5d",
  "serverOnly 1",
]);

/** Takes time, with a servo that is safe for the machine's clock. */
export const ordinaryProfile = ptpConfig("ordinary", safeServo);

/** A PtpConfig with one profile for nodes whose label `ptp/role` is its name. */
function ptpConfig(name: string, lines: readonly string[]): object {
  const profile = {
    name: "clock",
    interface: "ens1",
    ptp4lOpts: "-2",
    ptp4lConf: ["[global]", ...fastClock, ...lines, ""].join("\n"),
    ptpClockThreshold: { holdOverTimeout: 3, maxOffsetThreshold: 100_000, minOffsetThreshold: -100_000 },
  };
  const recommend = [{ profile: "clock", priority: 4, match: [{ nodeLabel: `ptp/role=${name}` }] }];
  const metadata = { name, namespace };
  return { apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata, spec: { profile: [profile], recommend } };
}
