import { inventoryLimits, type Device } from "@ptp/node";
import type { Ptp4lInstance } from "@ptp/plan";

/** The devices, each with the profiles whose ptp4l has it as a port; in the order of the plan. */
export function assignProfiles(
  devices: readonly Device[],
  instances: readonly Pick<Ptp4lInstance, "profile" | "interfaces">[],
): readonly Device[] {
  const profilesByInterface = new Map<string, Set<string>>();
  for (const { profile, interfaces } of instances) {
    for (const name of interfaces) {
      profilesByInterface.set(name, (profilesByInterface.get(name) ?? new Set()).add(profile));
    }
  }
  return devices.map((device) => {
    const profiles = profilesByInterface.get(device.name);
    if (profiles === undefined) return device;
    return { ...device, profile: [...profiles].join(", ").slice(0, inventoryLimits.textLength) };
  });
}
