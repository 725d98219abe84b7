import type { HighAvailability, NodeProfile } from "@ptp/node";
import type { ParsedConfig } from "./parsed-config.ts";
import { describeFailure, lookUpProfile, qualifyProfileName } from "./profile-directory.ts";
import type { ProfileDirectory } from "./profile-directory.ts";

/** Settings that name other profiles: one, or a list separated by commas. */
const referenceSettings = ["controllingProfile", "haProfiles"] as const;

/** A reference that nothing, or more than one profile, answers. */
export interface UnresolvedReference {
  readonly setting: (typeof referenceSettings)[number];
  readonly value: string;
  readonly kind: "missing" | "invalid" | "ambiguous";
  readonly reason: string;
}

/** A reference in its qualified form; one that nothing answers keeps its text. */
export type ResolvedReference = { readonly value: string; readonly unresolved?: UnresolvedReference };

/**
 * Qualifies one reference of a config's profile. It stays if it is qualified already, that is, if the text before the
 * first `_` names a config that has the rest; else it is looked up like the profile of a recommendation.
 */
export function resolveReference(
  directory: ProfileDirectory,
  from: ParsedConfig,
  { setting, value }: Pick<UnresolvedReference, "setting" | "value">,
): ResolvedReference {
  if (isQualified(directory, value)) return { value };
  const found = lookUpProfile(directory, from, value);
  if (found.kind === "found") return { value: qualifyProfileName(found.definition.owner.ref.name, value) };
  return { value, unresolved: { setting, value, kind: found.kind, reason: describeFailure(found, value) } };
}

function isQualified(directory: ProfileDirectory, value: string): boolean {
  const at = value.indexOf("_");
  const owners = at === -1 ? [] : (directory.byConfigName.get(value.slice(0, at)) ?? []);
  return owners.some(({ profiles }) => profiles.get(value.slice(at + 1))?.profile !== undefined);
}

/** Rewrites the references among a profile's settings; everything else stays as it is. */
export function qualifyReferences(
  directory: ProfileDirectory,
  from: ParsedConfig,
  settings: NonNullable<NodeProfile["ptpSettings"]>,
): { readonly settings: NonNullable<NodeProfile["ptpSettings"]>; readonly unresolved: readonly UnresolvedReference[] } {
  const rewritten: Record<string, string> = { ...settings };
  const unresolved: UnresolvedReference[] = [];
  for (const setting of referenceSettings) {
    const names = namesIn(settings[setting] ?? "");
    if (names.length === 0) continue;
    const resolved = names.map((value) => resolveReference(directory, from, { setting, value }));
    rewritten[setting] = resolved.map(({ value }) => value).join(",");
    for (const reference of resolved) {
      if (reference.unresolved !== undefined) unresolved.push(reference.unresolved);
    }
  }
  return { settings: rewritten, unresolved };
}

/** The same for the names in `highAvailability`; what nothing answers is told of `haProfiles`, which has to name it too. */
export function qualifyHighAvailability(
  directory: ProfileDirectory,
  from: ParsedConfig,
  written: HighAvailability,
): HighAvailability {
  const { preferredPrimary, sourcePriority } = written;
  const qualified = (value: string) => resolveReference(directory, from, { setting: "haProfiles", value }).value;
  return {
    ...written,
    ...(preferredPrimary !== undefined && { preferredPrimary: qualified(preferredPrimary) }),
    ...(sourcePriority && { sourcePriority: sourcePriority.map(qualified) }),
  };
}

function namesIn(setting: string): readonly string[] {
  const names = setting.split(",").map((name) => name.trim());
  return names.filter((name) => name !== "");
}
