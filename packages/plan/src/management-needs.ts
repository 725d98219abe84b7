import type { NodeProfile } from "@ptp/node";
import type { ManagementId } from "@ptp/ptp";
import { settingOf, type ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";

/** A management TLV without which the setting of a profile has no effect. */
interface ManagementNeed {
  readonly tlv: ManagementId;
  /** Name of the setting in `ptpSettings`. */
  readonly setting: string;
  readonly isNeeded: (value: string) => boolean;
  /** What it is for, after "which …". */
  readonly purpose: string;
  /** Which linuxptp has it, after "install …". */
  readonly remedy: string;
}

const needs: readonly ManagementNeed[] = [
  {
    tlv: "EXTERNAL_GRANDMASTER_PROPERTIES_NP",
    setting: "controllingProfile",
    isNeeded: (value) => value !== "",
    purpose: "tells ptp4l whose time it passes on",
    remedy: "a linuxptp later than 4.4, or a build of an earlier one that has it",
  },
  {
    tlv: "GRANDMASTER_SETTINGS_NP",
    setting: "clockType",
    isNeeded: (value) => value === "T-GM" || value === "T-BC",
    purpose: "tells ptp4l which clock class to announce",
    remedy: "linuxptp 3.1.1 or later",
  },
];

/** TLVs that profiles may need: what is worth asking a running ptp4l for. */
export const neededTlvs: readonly ManagementId[] = needs.map(({ tlv }) => tlv);

/**
 * Looks at what the profile needs of the installed ptp4l beyond its options. What ran of a profile that is refused for it
 * goes on: ptp4l has what its file says.
 *
 * @throws ProfileRefusal if ptp4l was found to lack a TLV.
 */
export function checkManagementNeeds({ profile, facts }: ProfileContext): void {
  const { missingTlvs = [], path = "ptp4l", version } = facts.programs.ptp4l ?? {};
  const missing = needs.find((need) => missingTlvs.includes(need.tlv) && isNeededBy(profile, need));
  if (missing === undefined) return;
  const { tlv, setting, purpose, remedy } = missing;
  const installed = version === undefined ? path : `${path} (linuxptp ${version})`;
  throw new ProfileRefusal(
    `ptpSettings[${setting}]`,
    `${installed} does not know the management TLV ${tlv}, which ${purpose}: install ${remedy}, or remove the setting`,
  );
}

function isNeededBy(profile: NodeProfile, { setting, isNeeded }: ManagementNeed): boolean {
  return isNeeded(settingOf(profile, setting) ?? "");
}
