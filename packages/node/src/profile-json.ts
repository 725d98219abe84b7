import { longestHeartBeatS, type HighAvailability } from "@ptp/ptp";
import { describeJson, fieldReader, withoutAbsent } from "./json-reader.ts";
import type { FieldReader, JsonProblem } from "./json-reader.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import { unfitJson } from "./unfit-json.ts";
import { processDowntimeDefaults, profileTextFields } from "./node-profile.ts";
import type { ClockThreshold, NodeProfile, ProcessDowntimeThresholds, SchedulingPolicy } from "./node-profile.ts";

/** A profile of a document that was left out: the field within the profile and what is wrong with it, for people. */
export interface RefusedProfile {
  /** The profile's name; `profile[<index>]` if it has none. */
  readonly name: string;
  readonly path: string;
  readonly reason: string;
}

/** What a profile document holds. */
export interface ProfileDocument {
  readonly profiles: readonly NodeProfile[];
  readonly refused: readonly RefusedProfile[];
  /** Set if the document as a whole is no profile list: unlike `[]` it says nothing, and what runs keeps running. */
  readonly unusable?: string;
}

/** Name of a profile that stands alone in its file and has none. */
const loneProfileName = "default";

/**
 * Reads the ConfigMap form: an array of profiles (`null` is an empty one), or one profile alone, which gets the name
 * `default` if it lacks one. Each wrong profile is left out by itself, the others stay; a `null` field counts as absent.
 */
export function fromProfileJson(value: JsonValue): ProfileDocument {
  if (value === null) return { profiles: [], refused: [] };
  if (isJsonList(value)) return readList(value);
  if (isJsonObject(value)) return readList([{ ...value, name: value["name"] ?? loneProfileName }]);
  const reason = `expected a list of profiles or one profile, got ${describeJson(value)}`;
  return { profiles: [], refused: [], unusable: reason };
}

/** Writes the ConfigMap form: field names and order of the custom resource, zeros and empty strings included. */
export function toProfileJson(profiles: readonly NodeProfile[]): readonly JsonObject[] {
  return profiles.map((profile) =>
    withoutAbsent<JsonObject>({
      name: profile.name,
      ...Object.fromEntries(profileTextFields.map((field) => [field, profile[field]])),
      ptpSchedulingPolicy: profile.ptpSchedulingPolicy,
      ptpSchedulingPriority: profile.ptpSchedulingPriority,
      ptpClockThreshold: profile.ptpClockThreshold && thresholdJson(profile.ptpClockThreshold),
      ptpSettings: profile.ptpSettings,
      highAvailability: profile.highAvailability && { ...profile.highAvailability },
      plugins: profile.plugins,
    }),
  );
}

function thresholdJson(threshold: ClockThreshold): JsonObject {
  return withoutAbsent<JsonObject>({
    holdOverTimeout: threshold.holdOverTimeout,
    maxOffsetThreshold: threshold.maxOffsetThreshold,
    minOffsetThreshold: threshold.minOffsetThreshold,
    processDowntimeThresholds: threshold.processDowntimeThresholds,
  });
}

function readList(values: readonly JsonValue[]): ProfileDocument {
  const profiles = new Map<string, NodeProfile>();
  const refused: RefusedProfile[] = [];
  for (const [index, value] of values.entries()) {
    const problems: JsonProblem[] = [];
    const profile = readProfile(value, problems);
    if (profile !== undefined && profiles.has(profile.name)) {
      problems.push({ path: "name", reason: "another profile of this list has this name; rename one of them" });
    }
    const [first, ...more] = problems;
    if (first !== undefined) {
      refused.push({ name: nameOf(value) ?? `profile[${index}]`, path: first.path, reason: inOneLine(first, more) });
    } else if (profile !== undefined) {
      profiles.set(profile.name, profile);
    }
  }
  return { profiles: [...profiles.values()], refused };
}

/** Everything wrong at once, so that a user mends a profile in one go. */
function inOneLine(first: JsonProblem, more: readonly JsonProblem[]): string {
  return [first.reason, ...more.map(({ path, reason }) => `${path}: ${reason}`)].join("; ");
}

function nameOf(value: JsonValue): string | undefined {
  const name = isJsonObject(value) ? value["name"] : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}

const otherFields = [
  "ptpSchedulingPolicy",
  "ptpSchedulingPriority",
  "ptpClockThreshold",
  "ptpSettings",
  "highAvailability",
  "plugins",
];
const profileFields: readonly string[] = ["name", ...profileTextFields, ...otherFields];

function readProfile(value: JsonValue, problems: JsonProblem[]): NodeProfile | undefined {
  if (!isJsonObject(value)) {
    problems.push({ path: "", reason: `expected a profile, got ${describeJson(value)}` });
    return undefined;
  }
  const read = fieldReader(value, "", problems);
  for (const [field, member] of Object.entries(value)) {
    const reason = unfitJson(member);
    if (reason !== undefined) read.reject(field, reason);
  }
  read.allow(profileFields);
  const name = nameOf(value);
  if (name === undefined) {
    read.reject("name", `expected the profile's name, got ${describeJson(value["name"])}`);
    return undefined;
  }
  const threshold = read.object("ptpClockThreshold");
  const settings = read.object("ptpSettings");
  const highAvailability = read.object("highAvailability");
  return withoutAbsent<NodeProfile>({
    name,
    ...Object.fromEntries(profileTextFields.map((field) => [field, read.text(field)])),
    ptpSchedulingPolicy: readPolicy(read),
    // Out of 1..65 it has no effect, which planning notes: better plain processes than none.
    ptpSchedulingPriority: read.integer("ptpSchedulingPriority"),
    ptpClockThreshold: threshold && readThreshold(threshold, problems),
    ptpSettings: settings && readSettings(settings, problems),
    highAvailability: highAvailability && readHighAvailability(highAvailability, problems),
    plugins: read.object("plugins"),
  });
}

function readPolicy(read: FieldReader): SchedulingPolicy | undefined {
  const policy = read.text("ptpSchedulingPolicy");
  if (policy === undefined || policy === "SCHED_OTHER" || policy === "SCHED_FIFO") return policy;
  read.reject("ptpSchedulingPolicy", `expected SCHED_OTHER or SCHED_FIFO, got ${describeJson(policy)}`);
  return undefined;
}

function readThreshold(value: JsonObject, problems: JsonProblem[]): ClockThreshold {
  const read = fieldReader(value, "ptpClockThreshold", problems);
  read.allow(["holdOverTimeout", "maxOffsetThreshold", "minOffsetThreshold", "processDowntimeThresholds"]);
  const downtimes = read.object("processDowntimeThresholds");
  return withoutAbsent<ClockThreshold>({
    holdOverTimeout: read.integer("holdOverTimeout"),
    maxOffsetThreshold: read.integer("maxOffsetThreshold"),
    minOffsetThreshold: read.integer("minOffsetThreshold"),
    processDowntimeThresholds: downtimes && readDowntimes(downtimes, problems),
  });
}

/** What its names mean is for those who know `haProfiles`. */
function readHighAvailability(value: JsonObject, problems: JsonProblem[]): HighAvailability {
  const read = fieldReader(value, "highAvailability", problems);
  read.allow(["enableHA", "preferredPrimary", "heartBeatTimeout", "sourcePriority"]);
  return withoutAbsent<HighAvailability>({
    enableHA: read.flag("enableHA"),
    preferredPrimary: read.text("preferredPrimary"),
    heartBeatTimeout: read.integer("heartBeatTimeout", 0, longestHeartBeatS),
    sourcePriority: read.texts("sourcePriority"),
  });
}

function readDowntimes(value: JsonObject, problems: JsonProblem[]): ProcessDowntimeThresholds {
  const read = fieldReader(value, "ptpClockThreshold.processDowntimeThresholds", problems);
  const programs = Object.keys(processDowntimeDefaults);
  read.allow(programs);
  const secondsByProgram = programs.map((program) => [program, read.integer(program, 0, 86_400)]);
  return withoutAbsent<ProcessDowntimeThresholds>(Object.fromEntries(secondsByProgram));
}

function readSettings(value: JsonObject, problems: JsonProblem[]): Readonly<Record<string, string>> {
  const read = fieldReader(value, "ptpSettings", problems);
  const settings = Object.keys(value).map((key) => [key, read.text(key)]);
  return withoutAbsent<Record<string, string>>(Object.fromEntries(settings));
}
