import type { NodeHardware, NodeProfile } from "@ptp/node";
import { settingOf, type ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";

/** Plugins that set pins and clocks of network cards. */
const hardwarePlugins: ReadonlySet<string> = new Set(["e810", "e825", "e830"]);

const knownPlugins: ReadonlySet<string> = new Set(["reference", "ntpfailover", ...hardwarePlugins]);

/**
 * Looks at the names of the profile's plugins; their options are their own affair.
 *
 * @throws ProfileRefusal if the agent has no such plugin.
 */
export function checkPlugins({ profile }: ProfileContext): void {
  const unknown = Object.keys(profile.plugins ?? {}).find((name) => !knownPlugins.has(name));
  if (unknown === undefined) return;
  throw new ProfileRefusal(
    `plugins[${unknown}]`,
    `there is no plugin ${JSON.stringify(unknown)}: use one of ${[...knownPlugins].join(", ")} or remove it`,
  );
}

/** What a profile needs that this agent does not set yet: hardware plugins, HardwareConfigs, the clock types that need both. */
export function unsupportedNeeds(profile: NodeProfile, hardware: readonly NodeHardware[]): readonly string[] {
  const plugins = Object.keys(profile.plugins ?? {}).filter((name) => hardwarePlugins.has(name));
  const clockType = settingOf(profile, "clockType");
  return [
    ...plugins.map((name) => `plugins[${name}]`),
    ...hardware.filter((each) => each.profile === profile.name).map(({ name }) => `HardwareConfig ${name}`),
    ...(clockType === "T-GM" || clockType === "T-BC" ? [`ptpSettings[clockType] ${clockType}`] : []),
  ];
}
