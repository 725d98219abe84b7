import { isJsonObject, type NodeProfile } from "@ptp/node";
import { leapSources } from "@ptp/ptp";

/** Plugins whose options say which satellites are believed. */
const plugins = ["e810", "e825"] as const;

/**
 * Numbers of the sources of a receiver that are believed about leap seconds: those that a profile's plugin does not turn
 * off by `gnss.leapSources`, all by default; GPS alone where no profile has such a plugin.
 */
export function allowedLeapSources(profiles: readonly Pick<NodeProfile, "plugins">[]): ReadonlySet<number> {
  const options = profiles.flatMap(({ plugins: all = {} }) => plugins.flatMap((name) => optionsOf(all[name])));
  if (options.length === 0) return new Set([leapSources.gps]);
  const names = Object.entries(leapSources);
  return new Set(
    options.flatMap((given) => names.flatMap(([name, number]) => (given[name] === false ? [] : [number]))),
  );
}

/** One entry for a plugin that is there, whatever it says. */
function optionsOf(plugin: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!isJsonObject(plugin as never)) return [];
  const { gnss } = plugin as { readonly gnss?: { readonly leapSources?: unknown } };
  const given = gnss?.leapSources;
  return [typeof given === "object" && given !== null ? { ...given } : {}];
}
