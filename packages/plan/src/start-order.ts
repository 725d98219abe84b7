import { byBytes, type NodeProfile } from "@ptp/node";

/**
 * Profiles in the order of the existing stack (daemon.md §2.3): those without phc2sys first, so that a phc2sys which
 * follows the ptp4l of several profiles comes last; within both groups by name.
 */
export function startOrder(profiles: readonly NodeProfile[]): readonly NodeProfile[] {
  return profiles.toSorted((left, right) => rank(left) - rank(right) || byBytes(left.name, right.name));
}

function rank({ phc2sysOpts = "" }: NodeProfile): number {
  return phc2sysOpts === "" ? 0 : 1;
}
