import type { PtpConfig } from "../gen/types.ts";

/** Where a profile name leads: nowhere, to one object, or to several that cannot be told apart. */
export type ProfileResolution =
  | { readonly type: "found" }
  | { readonly type: "missing" }
  | { readonly type: "ambiguous"; readonly owners: readonly string[] }
  /** Not in the object itself, and the other objects are not known. */
  | { readonly type: "unknown" };

/** The names of the profiles an object defines. */
export function profileNames(config: PtpConfig): readonly string[] {
  return (config.spec?.profile ?? []).map(({ name }) => name);
}

/**
 * Looks a bare profile name up: the object's own profile first, another object's only if exactly one defines it.
 * `all` may contain an older form of the object itself; it is left out.
 */
export function resolveProfileName(
  name: string,
  config: PtpConfig,
  all: readonly PtpConfig[] | undefined,
): ProfileResolution {
  if (profileNames(config).includes(name)) return { type: "found" };
  if (all === undefined) return { type: "unknown" };
  const owners = others(config, all).filter((other) => profileNames(other).includes(name));
  if (owners.length === 0) return { type: "missing" };
  if (owners.length === 1) return { type: "found" };
  return { type: "ambiguous", owners: owners.map(({ metadata }) => metadata.name).sort() };
}

/** As {@link resolveProfileName}, for references that may also be qualified: `<object name>_<profile name>`. */
export function resolveReference(
  reference: string,
  config: PtpConfig,
  all: readonly PtpConfig[] | undefined,
): ProfileResolution {
  // The name of an object has no underscore, so the first one ends it.
  const end = reference.indexOf("_");
  if (end > 0) {
    const owner = [config, ...others(config, all ?? [])].find(
      ({ metadata }) => metadata.name === reference.slice(0, end),
    );
    if (owner !== undefined && profileNames(owner).includes(reference.slice(end + 1))) return { type: "found" };
  }
  return resolveProfileName(reference, config, all);
}

function others(config: PtpConfig, all: readonly PtpConfig[]): readonly PtpConfig[] {
  const { name, namespace } = config.metadata;
  return all.filter(({ metadata }) => metadata.name !== name || metadata.namespace !== namespace);
}
