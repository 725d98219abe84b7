import { admitPtpConfig, applyDefaults, emptyMatchAnnotation, isJsonObject, toText, validateObject } from "@ptp/api";
import type { Finding, PtpConfig } from "@ptp/api";
import type { ConfigObject } from "./cluster-snapshot.ts";
import { objectRef } from "./object-ref.ts";
import { parseProfile } from "./parse-profile.ts";
import type { ParsedConfig, ParsedProfile } from "./parsed-config.ts";
import { readRecommendation } from "./read-recommendation.ts";
import { list } from "./untrusted.ts";

/** The kinds that hold profiles and recommendations. */
export type ConfigKind = "PtpConfig" | "NodePTPCfg";

/**
 * Validates an object of which nothing is trusted. An error within `spec.profile[i]` costs that profile, one within
 * `spec.recommend[i]` that recommendation, any other the whole object. What is only missing costs least: a list counts as
 * empty, a priority as the weakest.
 */
export function parseConfig(kind: ConfigKind, object: ConfigObject): ParsedConfig {
  const ref = objectRef(kind, object);
  const spec: Spec = isJsonObject(object.spec) ? object.spec : {};
  const structure = checkStructure(kind, object);
  const costly = structure.filter(({ path }) => !isMissing(path, spec));
  const whole = costly.find(({ path }) => partOf(path) === undefined);
  const broken = whole === undefined ? undefined : `the object is invalid: ${toText(whole)}`;
  const meaning = broken === undefined ? checkMeaning(object, spec, costly) : [];
  const { profiles, found } = readProfiles(broken === undefined ? list(spec.profile) : [], [...costly, ...meaning]);
  const recommendations = list(spec.recommend).map((value, index) =>
    readRecommendation(value, index, broken ?? firstProblem(costly, `spec.recommend[${index}]`)),
  );
  return {
    ref,
    profiles,
    recommendations,
    emptyMatchSelects: object.metadata?.annotations?.[emptyMatchAnnotation] === "none" ? "none" : "every",
    errors: [...structure, ...meaning, ...found],
  };
}

interface Spec {
  readonly profile?: unknown;
  readonly recommend?: unknown;
}

/**
 * Validates the object without its lists, then each of their members alone: a validator stops after so many findings,
 * and what it has not seen because of one member must not pass for sound.
 */
function checkStructure(kind: ConfigKind, object: ConfigObject): readonly Finding[] {
  const { spec } = object;
  if (!isJsonObject(spec)) return validateSpec(kind, object, spec);
  const filled = (["profile", "recommend"] as const).filter((name) => list(spec[name]).length > 0);
  const rest = validateSpec(kind, object, { ...spec, ...Object.fromEntries(filled.map((name) => [name, []])) });
  const members = filled.flatMap((name) =>
    list(spec[name]).flatMap((member, index) => {
      const findings = validateSpec(kind, object, { profile: [], recommend: [], [name]: [member] });
      const alone = `spec.${name}[0]`;
      const inPlace = (text: string) => text.replace(alone, `spec.${name}[${index}]`);
      return findings
        .filter(({ path }) => path.startsWith(alone))
        .map((finding) => ({ ...finding, path: inPlace(finding.path), message: inPlace(finding.message) }));
    }),
  );
  return [...rest, ...members];
}

/** Status is another writer's and metadata the API server's: neither decides whether a spec is used. */
function validateSpec(kind: ConfigKind, { metadata }: ConfigObject, spec: unknown): readonly Finding[] {
  const { name, namespace } = metadata ?? {};
  return validateObject({
    apiVersion: "ptp.openshift.io/v1",
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    ...(spec === undefined ? {} : { spec }),
  });
}

/**
 * Admission judges what is structurally sound; what is not is left out of its sight, its place kept. References are
 * judged where all objects are known.
 */
function checkMeaning(object: ConfigObject, spec: Spec, structure: readonly Finding[]): readonly Finding[] {
  if (structure.some(({ path }) => partOf(path) === undefined)) return [];
  const broken = new Set(structure.map(({ path }) => partOf(path)));
  const profile = list(spec.profile).map((value, index) =>
    broken.has(`spec.profile[${index}]`) ? { name: "" } : value,
  );
  // Structurally sound by the schema the type was generated from; null members, which count as absent, are pruned.
  const config = { ...object, spec: { profile, recommend: [] } } as unknown as PtpConfig;
  return admitPtpConfig(applyDefaults("PtpConfig", config)).errors;
}

function readProfiles(values: readonly unknown[], errors: readonly Finding[]) {
  const found: Finding[] = [];
  const profiles = new Map<string, ParsedProfile>();
  for (const [index, value] of values.entries()) {
    const path = `spec.profile[${index}]`;
    const known = firstProblem(errors, path);
    const parsed = parseProfile(value, path, known);
    if (parsed === undefined) continue;
    const { name, problem } = parsed;
    if (profiles.has(name)) {
      const message = `another profile of this object is named "${name}"; the first one counts, rename this one`;
      found.push({ path: `${path}.name`, message, got: name });
      continue;
    }
    if (problem !== undefined && known === undefined) found.push({ path, message: problem });
    profiles.set(name, parsed);
  }
  return { profiles, found };
}

/** The list member a path lies in; undefined for what concerns the whole object. */
function partOf(path: string): string | undefined {
  return /^spec\.(?:profile|recommend)\[\d+\]/.exec(path)?.[0];
}

/** Whether a finding only says that something required is absent for which nothing, or the weakest, can stand in. */
function isMissing(path: string, spec: Spec): boolean {
  if (path === "spec.profile") return isAbsent(spec.profile);
  if (path === "spec.recommend") return isAbsent(spec.recommend);
  const index = /^spec\.recommend\[(\d+)\]\.priority$/.exec(path)?.[1];
  const recommendation = index === undefined ? undefined : list(spec.recommend)[Number(index)];
  return isJsonObject(recommendation) && isAbsent(recommendation["priority"]);
}

function firstProblem(errors: readonly Finding[], part: string): string | undefined {
  const first = errors.find(({ path }) => partOf(path) === part);
  return first === undefined ? undefined : toText(first);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
