import type { DomainSource } from "@ptp/ptp";

/** Which profiles' clocks phc2sys was seen to follow; a profile that is not in it was not told of yet. */
export type ObservedChoice = ReadonlyMap<string, boolean>;

/**
 * Takes in what a phc2sys with several domains says while it chooses by itself. With several profiles it names the chosen
 * one in an out-of-domain line, and all others are not chosen; with a single one its in-domain line says so.
 */
export function observeDomainSource(
  choice: ObservedChoice,
  { clock, inDomain }: Pick<DomainSource, "clock" | "inDomain">,
  interfacesByProfile: Readonly<Record<string, readonly string[]>>,
): ObservedChoice {
  const profiles = Object.keys(interfacesByProfile);
  const owner = profiles.find((profile) => interfacesByProfile[profile]?.includes(clock));
  if (owner === undefined) return choice;
  if (inDomain) return new Map(choice).set(owner, profiles.length === 1);
  return new Map(profiles.map((profile) => [profile, profile === owner]));
}
