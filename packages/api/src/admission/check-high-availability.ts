import { haProblems, haProfileNames, parseOpts, splitOpts } from "@ptp/ptp";
import type { Finding } from "../findings/finding.ts";
import type { HighAvailability, PtpConfig } from "../gen/types.ts";
import type { ProfileView } from "./profile-view.ts";
import { profileNames } from "./resolve-profile-name.ts";

/**
 * `highAvailability` names profiles of `haProfiles` only, each once, and an agent that chooses runs a phc2sys that takes its
 * source from a ptp4l. A profile of the object itself may be named with or without the object's name before it.
 */
export function checkHighAvailability({ profile, path }: ProfileView, config: PtpConfig): readonly Finding[] {
  const { highAvailability: written } = profile;
  if (written === undefined) return [];
  const bare = (name: string) => withoutOwner(name, config);
  const { preferredPrimary, sourcePriority } = written;
  const compared = {
    ...written,
    ...(preferredPrimary !== undefined && { preferredPrimary: bare(preferredPrimary) }),
    ...(sourcePriority && { sourcePriority: sourcePriority.map(bare) }),
  };
  const names = haProfileNames(profile.ptpSettings).map(bare);
  const found = haProblems(compared, names).map(({ path: field, reason }): Finding => ({
    path: `${path}.${field}`,
    message: `${lastOf(field)} ${reason}`,
  }));
  return [...found, ...checkPhc2sys(written, profile.phc2sysOpts ?? "", path)];
}

function checkPhc2sys({ enableHA }: HighAvailability, opts: string, path: string): readonly Finding[] {
  const isAutomatic = parseOpts(splitOpts(opts), "phc2sys").some(({ kind, name }) => kind === "short" && name === "a");
  if (enableHA !== true || isAutomatic) return [];
  const message =
    "highAvailability.enableHA true needs a phc2sys that takes its source from a ptp4l; write -a -r into phc2sysOpts";
  return [{ path: `${path}.phc2sysOpts`, message, expected: "-a -r", got: opts }];
}

function withoutOwner(name: string, config: PtpConfig): string {
  const prefix = `${config.metadata.name}_`;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return profileNames(config).includes(rest) ? rest : name;
}

function lastOf(field: string): string {
  return field.slice(field.lastIndexOf(".") + 1);
}
