import { parseConf } from "@ptp/ptp";
import type { ParsedConf } from "@ptp/ptp";
import type { PtpProfile } from "../gen/types.ts";

/** A profile with its place in the object and its ptp4l configuration read once for all rules. */
export interface ProfileView {
  readonly profile: PtpProfile;
  /** `spec.profile[0]` */
  readonly path: string;
  readonly ptp4l: ParsedConf;
}

/** Prepares a profile for the admission rules. */
export function profileView(profile: PtpProfile, path: string): ProfileView {
  return { profile, path, ptp4l: parseConf(profile.ptp4lConf ?? "") };
}
