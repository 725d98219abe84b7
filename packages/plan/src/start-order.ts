import type { NodeProfile } from "@ptp/node";

/**
 * Profiles in the order of the existing stack (daemon.md §2.3): those without phc2sys first, so that a phc2sys which
 * follows the ptp4l of several profiles comes last; within both groups by name, in code units.
 */
export function startOrder(profiles: readonly NodeProfile[]): readonly NodeProfile[] {
  return profiles.toSorted((left, right) => rank(left) - rank(right) || byCodeUnits(left.name, right.name));
}

function rank({ phc2sysOpts = "" }: NodeProfile): number {
  return phc2sysOpts === "" ? 0 : 1;
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
