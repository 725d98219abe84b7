import type { NodeProfile } from "@ptp/node";
import type { ParsedConfig, ParsedProfile, ParsedRecommendation } from "./parsed-config.ts";
import { describeFailure, lookUpProfile, qualifyProfileName } from "./profile-directory.ts";
import type { ProfileDirectory } from "./profile-directory.ts";
import { qualifyHighAvailability, qualifyReferences, type UnresolvedReference } from "./qualify-references.ts";

/** A valid profile as nodes run it: under its qualified name, its references qualified. */
export interface QualifiedProfile {
  readonly owner: ParsedConfig;
  readonly parsed: ParsedProfile;
  readonly profile: NodeProfile;
  readonly unresolved: readonly UnresolvedReference[];
}

/** A recommendation and the profile it leads to, or the reason why it leads nowhere. */
export interface LinkedRecommendation {
  readonly config: ParsedConfig;
  readonly recommendation: ParsedRecommendation;
  readonly target?: QualifiedProfile;
  readonly failure?: { readonly kind: "invalid" | "missing" | "ambiguous"; readonly reason: string };
}

/** What all configs of a snapshot say, names resolved. */
export interface LinkedConfigs {
  readonly configs: readonly ParsedConfig[];
  readonly profiles: ReadonlyMap<ParsedProfile, QualifiedProfile>;
  /** In the order of objects, then of their lists. */
  readonly recommendations: readonly LinkedRecommendation[];
}

/**
 * Resolves every name in configs that stand in object order. What `previous` linked in the same way is taken over by
 * identity, so that later steps see what an edit has really touched.
 */
export function linkConfigs(
  configs: readonly ParsedConfig[],
  directory: ProfileDirectory,
  previous?: LinkedConfigs,
): LinkedConfigs {
  const profiles = new Map<ParsedProfile, QualifiedProfile>();
  for (const owner of configs) {
    for (const parsed of owner.profiles.values()) {
      if (parsed.profile === undefined) continue;
      const made = qualify({ owner, parsed, profile: parsed.profile }, directory);
      profiles.set(parsed, unchanged(previous?.profiles.get(parsed), made));
    }
  }
  const known = new Map(previous?.recommendations.map((linked) => [linked.recommendation, linked]));
  const recommendations = configs.flatMap((config) =>
    config.recommendations.map((recommendation) => {
      const made = link(config, recommendation, { directory, profiles });
      const before = known.get(recommendation);
      return before?.target === made.target && before?.failure?.reason === made.failure?.reason
        ? (before ?? made)
        : made;
    }),
  );
  return { configs, profiles, recommendations };
}

function qualify(made: Omit<QualifiedProfile, "unresolved">, directory: ProfileDirectory): QualifiedProfile {
  const { owner, parsed } = made;
  const name = qualifyProfileName(owner.ref.name, parsed.name);
  const { highAvailability: written } = made.profile;
  const highAvailability = written && qualifyHighAvailability(directory, owner, written);
  const profile = { ...made.profile, ...(highAvailability && { highAvailability }) };
  if (profile.ptpSettings === undefined) return { ...made, profile: { ...profile, name }, unresolved: [] };
  const { settings, unresolved } = qualifyReferences(directory, owner, profile.ptpSettings);
  return { ...made, profile: { ...profile, name, ptpSettings: settings }, unresolved };
}

/** Only the references can differ between two readings of one parsed profile. */
function unchanged(before: QualifiedProfile | undefined, made: QualifiedProfile): QualifiedProfile {
  if (before === undefined) return made;
  const text = ({ profile, unresolved }: QualifiedProfile) =>
    JSON.stringify([profile.ptpSettings, profile.highAvailability, unresolved]);
  return text(before) === text(made) ? before : made;
}

function link(
  config: ParsedConfig,
  recommendation: ParsedRecommendation,
  { directory, profiles }: { directory: ProfileDirectory; profiles: ReadonlyMap<ParsedProfile, QualifiedProfile> },
): LinkedRecommendation {
  const { problem, profile } = recommendation;
  if (problem !== undefined) return { config, recommendation, failure: { kind: "invalid", reason: problem } };
  const found = lookUpProfile(directory, config, profile);
  const target = found.kind === "found" ? profiles.get(found.definition.parsed) : undefined;
  if (target !== undefined) return { config, recommendation, target };
  const reason = found.kind === "found" ? "it is invalid" : describeFailure(found, profile);
  const kind = found.kind === "found" ? "invalid" : found.kind;
  return { config, recommendation, failure: { kind, reason } };
}
