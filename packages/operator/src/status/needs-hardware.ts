import type { NodeHardware, NodeProfile } from "@ptp/node";

/** Plugins that set pins or synchronizers. */
const hardwarePlugins = ["e810", "e825", "e830"];

/** Whether a profile is only right when pins, synchronizers or receivers are set for it (design.md section 6). */
export function needsHardware(profile: NodeProfile, hardware: readonly NodeHardware[]): boolean {
  const clockType = profile.ptpSettings?.["clockType"];
  return (
    clockType === "T-GM" ||
    clockType === "T-BC" ||
    hardwarePlugins.some((plugin) => profile.plugins?.[plugin] !== undefined) ||
    hardware.some((entry) => entry.profile === profile.name)
  );
}
