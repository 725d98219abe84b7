import type { Finding } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { memberPath } from "../findings/path.ts";
import { findPtpSetting, ptpSettings } from "../settings/ptp-settings.ts";
import type { ProfileView } from "./profile-view.ts";

/** Every key of ptpSettings is a setting the agent knows, with a value it can read. */
export function checkSettings({ profile, path }: ProfileView): readonly Finding[] {
  return Object.entries(profile.ptpSettings ?? {}).flatMap(([key, value]) => {
    const place = memberPath(`${path}.ptpSettings`, key);
    const setting = findPtpSetting(key);
    if (setting === undefined) return [unknownSetting(key, place)];
    const message = setting.check(value, key);
    return message === undefined ? [] : [{ path: place, message, got: value }];
  });
}

function unknownSetting(key: string, path: string): Finding {
  const names = ptpSettings.map(({ name }) => name);
  const suggestion = nearestName(key, names);
  const hint = suggestion === undefined ? `known are ${names.join(", ")}` : `did you mean "${suggestion}"?`;
  return {
    path,
    message: `"${key}" is not a configurable setting; ${hint}`,
    got: key,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
