import type { NodeProfile } from "@ptp/node";
import { inferClockType, type ConfDocument } from "@ptp/ptp";
import type { ClockType } from "./run-plan.ts";

/** The clock a profile makes of its ptp4l: what `ptpSettings.clockType` says, else what configuration and options show. */
export function profileClockType(profile: NodeProfile, ptp4lConf: ConfDocument): ClockType {
  const clockType = profile.ptpSettings?.["clockType"];
  if (clockType === "T-GM") return "GM";
  if (clockType === "T-BC") return "BC";
  return inferClockType(ptp4lConf, profile.ptp4lOpts);
}
