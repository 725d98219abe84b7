import { secretMountPath } from "@ptp/api";
import { byBytes, revisionFor } from "@ptp/node";
import type { NodeHardware, NodeSecret, Sha256Hex, SharedConfig } from "@ptp/node";
import type { Conflict } from "./conflict.ts";
import { findConflicts, type AppliedHardware } from "./find-conflicts.ts";
import type { HardwareByProfile } from "./hardware.ts";
import { judge, type Judgement, type MatchedRecommendation } from "./judge.ts";
import type { QualifiedProfile } from "./link.ts";
import type { OperatorSettings } from "./operator-settings.ts";
import { findSecret, secretOf, type SecretsByName } from "./secrets.ts";

/** What a set of matching recommendations means, for every node that they match alike. */
export interface Selection {
  readonly judgements: readonly Judgement[];
  readonly hardware: readonly AppliedHardware[];
  readonly conflicts: readonly Conflict[];
  readonly config: SharedConfig;
  readonly revisionOf: (nodeName: string, leapSeconds?: string) => string;
}

/** What selections draw from beside the recommendations. */
export interface SelectionSources {
  readonly settings: OperatorSettings;
  readonly hardware: HardwareByProfile;
  readonly secrets: SecretsByName;
  readonly sha256Hex: Sha256Hex;
}

/** Selects profiles and gathers all that they need. */
export function select(matches: readonly MatchedRecommendation[], sources: SelectionSources): Selection {
  const { judgements, profiles, conflicts } = judge(matches);
  const { settings } = sources;
  const hardware = applyHardware(profiles, sources.hardware);
  const { secrets, conflicts: secretConflicts } = gatherSecrets(profiles, sources.secrets);
  const config: SharedConfig = {
    profiles: profiles.map(({ profile }) => profile),
    hardware: hardware.map(toNodeHardware),
    plugins: settings.plugins,
    ...(settings.events === undefined ? {} : { events: settings.events }),
    secrets,
  };
  return {
    judgements,
    hardware,
    conflicts: [...conflicts, ...findConflicts(profiles, hardware), ...secretConflicts],
    config,
    revisionOf: revisionFor(config, sources.sha256Hex),
  };
}

/** The objects beside the matches that a selection was made from: made again from the same ones, it is the same. */
export function selectionInputs({ judgements }: Selection, sources: SelectionSources): readonly unknown[] {
  const profiles = judgements.flatMap(({ verdict, linked }) => (verdict === "taken" ? (linked.target ?? []) : []));
  return [
    sources.settings,
    ...profiles.map(({ parsed }) => sources.hardware.get(parsed.name)),
    ...profiles.map((profile) => secretOf(profile, sources.secrets)),
  ];
}

function applyHardware(profiles: readonly QualifiedProfile[], byProfile: HardwareByProfile): AppliedHardware[] {
  const applied = profiles.flatMap(({ parsed, profile }) =>
    (byProfile.get(parsed.name) ?? []).map((hardware) => ({ profile: profile.name, hardware })),
  );
  // A stable sort: HardwareConfigs of one name stay in the order of their namespaces.
  return applied.sort((a, b) => byBytes(a.hardware.ref.name, b.hardware.ref.name));
}

function toNodeHardware({ profile, hardware }: AppliedHardware): NodeHardware {
  return { name: hardware.ref.name, profile, hardwareProfile: hardware.hardwareProfile };
}

/** One file per secret and key: where profiles of two namespaces mean different bytes by it, the first profile's count. */
function gatherSecrets(profiles: readonly QualifiedProfile[], byName: SecretsByName) {
  const byPath = new Map<string, { readonly secret: NodeSecret; readonly parties: string[]; disputed: boolean }>();
  for (const definition of profiles) {
    const { found } = findSecret(definition, byName);
    if (found === undefined) continue;
    const path = `${found.secret}/${found.key}`;
    const known = byPath.get(path);
    if (known === undefined) {
      byPath.set(path, { secret: found, parties: [definition.profile.name], disputed: false });
    } else {
      known.parties.push(definition.profile.name);
      known.disputed ||= !areEqual(known.secret.content, found.content);
    }
  }
  const sorted = [...byPath].sort(([a], [b]) => byBytes(a, b));
  const conflicts = sorted.flatMap(([path, { parties, disputed }]) =>
    disputed ? [secretConflict(path, parties)] : [],
  );
  return { secrets: sorted.map(([, { secret }]) => secret), conflicts };
}

function secretConflict(path: string, parties: readonly string[]): Conflict {
  const message =
    `${parties.join(" and ")} take different keys from ${secretMountPath}${path}, each from its own namespace; the ` +
    "first one's is used, rename one Secret";
  return { kind: "secret", subject: path, parties, message };
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
