import type { NodeProfile } from "@ptp/node";
import type { ObservedChoice } from "./observed-choice.ts";

/** The profiles whose clocks one phc2sys chooses from, and what it was seen to choose. */
export interface HaWatch {
  /** Interfaces of the ptp4l of each profile; in the order of `haProfiles`. */
  readonly interfacesByProfile: Readonly<Record<string, readonly string[]>>;
  readonly choice: ObservedChoice;
}

/** A ptp4l as far as its lines are told apart by. */
interface Ptp4lInterfaces {
  readonly profile: string;
  readonly interfaces: readonly string[];
}

/**
 * What there is to watch of a phc2sys of that profile; undefined if it has no `haProfiles`. A named profile without a ptp4l
 * on this node is left out: phc2sys cannot choose it.
 */
export function beginHaWatch(
  profile: Pick<NodeProfile, "ptpSettings"> | undefined,
  ptp4lInstances: readonly Ptp4lInterfaces[],
): HaWatch | undefined {
  const named = (profile?.ptpSettings?.["haProfiles"] ?? "").split(",").map((name) => name.trim());
  const sources = [...new Set(named)].filter((name) => ptp4lInstances.some((each) => each.profile === name));
  if (sources.length === 0) return undefined;
  const interfacesOf = (name: string) =>
    ptp4lInstances.filter((each) => each.profile === name).flatMap(({ interfaces }) => interfaces);
  return {
    interfacesByProfile: Object.fromEntries(sources.map((name) => [name, interfacesOf(name)])),
    choice: new Map(),
  };
}

/** Goes on under another plan: a choice among the same profiles stays; among others phc2sys is started anew and chooses. */
export function keepHaWatch(before: HaWatch | undefined, after: HaWatch | undefined): HaWatch | undefined {
  if (before === undefined || after === undefined) return after;
  const [were, are] = [before, after].map(({ interfacesByProfile }) => Object.keys(interfacesByProfile).join());
  return were === are ? { ...after, choice: before.choice } : after;
}
