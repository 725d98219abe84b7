import type { ParsedConfig, ParsedProfile } from "./parsed-config.ts";

/** A profile and the config that defines it. */
export interface Definition {
  readonly owner: ParsedConfig;
  readonly parsed: ParsedProfile;
}

/** Where a bare profile name leads, seen from one config. */
export type ProfileLookup =
  | { readonly kind: "found"; readonly definition: Definition }
  | { readonly kind: "missing" }
  | { readonly kind: "invalid"; readonly definition: Definition; readonly problem: string }
  | { readonly kind: "ambiguous"; readonly owners: readonly string[] };

/** All profiles of a snapshot by bare name, in the order of their objects. */
export interface ProfileDirectory {
  readonly byName: ReadonlyMap<string, readonly Definition[]>;
  /** Configs by object name; equal names in different namespaces share an entry. */
  readonly byConfigName: ReadonlyMap<string, readonly ParsedConfig[]>;
}

/** Indexes the profiles of configs that stand in object order. */
export function createDirectory(configs: readonly ParsedConfig[]): ProfileDirectory {
  const definitions = configs.flatMap((owner) => [...owner.profiles.values()].map((parsed) => ({ owner, parsed })));
  return {
    byName: Map.groupBy(definitions, ({ parsed }) => parsed.name),
    byConfigName: Map.groupBy(configs, ({ ref }) => ref.name),
  };
}

/**
 * Looks a bare name up: the config's own profile first, valid or not; else another config's if exactly one defines it. An
 * invalid definition elsewhere does not count: a broken object must not change what others mean.
 */
export function lookUpProfile(directory: ProfileDirectory, from: ParsedConfig, name: string): ProfileLookup {
  const definitions = directory.byName.get(name) ?? [];
  const own = definitions.find(({ owner }) => owner === from);
  const valid = own === undefined ? definitions.filter(({ parsed }) => parsed.problem === undefined) : [own];
  const [first] = valid;
  if (first === undefined) {
    const [invalid] = definitions;
    return invalid === undefined ? { kind: "missing" } : asInvalid(invalid);
  }
  if (valid.length > 1) return { kind: "ambiguous", owners: valid.map(({ owner }) => owner.ref.key) };
  return first.parsed.problem === undefined ? { kind: "found", definition: first } : asInvalid(first);
}

function asInvalid(definition: Definition): ProfileLookup {
  return { kind: "invalid", definition, problem: definition.parsed.problem ?? "it is invalid" };
}

/** The name under which a profile runs on nodes. An object name holds no `_`, so the first one ends it. */
export function qualifyProfileName(configName: string, profileName: string): string {
  return `${configName}_${profileName}`;
}

/** The name of a qualified profile in the object that defines it. */
export function bareProfileName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf("_") + 1);
}

/** Why a lookup gave no profile, as a sentence for people. */
export function describeFailure(lookup: Exclude<ProfileLookup, { kind: "found" }>, name: string): string {
  switch (lookup.kind) {
    case "missing":
      return `no object defines a profile "${name}"; define it or correct the name`;
    case "invalid":
      return `profile "${name}" of ${lookup.definition.owner.ref.key} is invalid: ${lookup.problem}`;
    case "ambiguous": {
      const owners = lookup.owners.slice(0, 10).join(", ");
      return `profile "${name}" is defined by several objects (${owners}) and not by this one; rename one of them`;
    }
  }
}
