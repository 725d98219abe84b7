import type { LinuxptpRelease } from "./option-spec.ts";
import { linuxptpReleases } from "./option-spec.ts";

/** An old name of an option that linuxptp still takes. */
interface OptionAlias {
  readonly name: string;
  readonly replacement: string;
  /** First release that calls the name deprecated. */
  readonly since: LinuxptpRelease;
}

const aliases: readonly OptionAlias[] = [
  { name: "pi_offset_const", replacement: "step_threshold", since: "3.1.1" },
  { name: "pi_f_offset_const", replacement: "first_step_threshold", since: "3.1.1" },
  { name: "pi_max_frequency", replacement: "max_frequency", since: "3.1.1" },
  { name: "masterOnly", replacement: "serverOnly", since: "4.2" },
  { name: "slaveOnly", replacement: "clientOnly", since: "4.2" },
];

/** The name that took the place of `name` up to and in `release`; undefined when `name` is not deprecated there. */
export function replacementOf(name: string, release: LinuxptpRelease): string | undefined {
  const alias = aliases.find((each) => each.name === name);
  if (alias === undefined) return undefined;
  const isReached = linuxptpReleases.indexOf(alias.since) <= linuxptpReleases.indexOf(release);
  return isReached ? alias.replacement : undefined;
}

/** The name that a release without `name` has instead: `masterOnly` for `serverOnly`. */
export function olderNameOf(name: string): string | undefined {
  return aliases.find((each) => each.replacement === name)?.name;
}

/**
 * Options that no release has but that profiles in the field use, with the builds that have them.
 * A release number alone cannot tell whether such a build is installed.
 */
export const vendorOptions: ReadonlyMap<string, string> = new Map([
  ["ts2phc.rh_external_pps", "Red Hat builds"],
  ["ts2phc.external_pps", "Red Hat builds"],
]);
