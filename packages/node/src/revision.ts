import type { HighAvailability } from "@ptp/ptp";
import { canonicalJson } from "./canonical-json.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { EventSettings, NodeConfig, NodeHardware, NodeSecret } from "./node-config.ts";
import {
  clockThresholdDefaults,
  processDowntimeDefaults,
  profileTextFields,
  type ClockThreshold,
  type NodeProfile,
} from "./node-profile.ts";

/** SHA-256 of a byte string as 64 lower-case hex digits; passed in, because hashing belongs to the host. */
export type Sha256Hex = (bytes: Uint8Array) => string;

/** Everything of a config but what is the node's own: what nodes with the same selection share. */
export type SharedConfig = Omit<NodeConfig, "nodeName" | "leapSeconds">;

/**
 * First 16 hex digits of SHA-256 over the canonical JSON of a config: the same on every replica and after every restart.
 * A field that is absent or at its default does not enter, so an optional field added later changes no revision.
 */
export function revisionOf(config: NodeConfig, sha256Hex: Sha256Hex): string {
  return revisionFor(config, sha256Hex)(config.nodeName, config.leapSeconds);
}

/**
 * `revisionOf` for many nodes that share everything but their name: the canonical JSON of the shared part is written once,
 * then each node costs one hash. A `nodeName` in `shared` is ignored.
 */
export function revisionFor(
  { profiles, hardware, plugins, events, secrets }: SharedConfig,
  sha256Hex: Sha256Hex,
): (nodeName: string, leapSeconds?: string) => string {
  const shared = { nodeName: "", profiles, hardware, plugins, ...(events && { events }), secrets };
  const members = Object.entries(revisionInput(shared, sha256Hex));
  // No shared member lies between the two that are a node's own.
  const before = inner(members.filter(([key]) => key < "leapSeconds"));
  const after = inner(members.filter(([key]) => key > "nodeName"));
  return (nodeName, leapSeconds) => {
    const own = leapSeconds === undefined ? { nodeName } : { leapSeconds, nodeName };
    const text = [before, inner(Object.entries(own)), after].filter((part) => part !== "").join(",");
    return sha256Hex(utf8(`{${text}}`)).slice(0, 16);
  };
}

/** Canonical JSON of an object without its braces, so that it can stand beside other members. */
function inner(members: readonly (readonly [string, JsonValue])[]): string {
  return canonicalJson(Object.fromEntries(members)).slice(1, -1);
}

/** What a revision is taken over; exported for golden tests. Secret bytes enter only as a hash salted with their place. */
export function revisionInput(config: NodeConfig, sha256Hex: Sha256Hex): JsonObject {
  return compact({
    nodeName: config.nodeName,
    profiles: config.profiles.map(profileInput),
    hardware: config.hardware.map(hardwareInput),
    plugins: config.plugins,
    events: config.events === undefined ? undefined : eventsInput(config.events),
    secrets: config.secrets.map((secret) => secretInput(secret, sha256Hex)),
    leapSeconds: config.leapSeconds,
  });
}

function profileInput(profile: NodeProfile): JsonObject {
  const texts = Object.fromEntries(profileTextFields.map((field) => [field, profile[field]]));
  return {
    ...present(texts),
    ...compact({
      name: profile.name,
      ptpSchedulingPolicy: profile.ptpSchedulingPolicy,
      ptpSchedulingPriority: int64(profile.ptpSchedulingPriority),
      ptpClockThreshold:
        profile.ptpClockThreshold === undefined ? undefined : thresholdInput(profile.ptpClockThreshold),
      ptpSettings: profile.ptpSettings,
      highAvailability: profile.highAvailability && haInput(profile.highAvailability),
      plugins: profile.plugins,
    }),
  };
}

function haInput({ enableHA, preferredPrimary, heartBeatTimeout, sourcePriority }: HighAvailability): JsonObject {
  return compact({
    enableHA: enableHA === true ? true : undefined,
    preferredPrimary,
    heartBeatTimeout: heartBeatTimeout === 0 ? undefined : int64(heartBeatTimeout),
    sourcePriority,
  });
}

/**
 * A threshold at its default is the same as an absent one: an API server fills defaults in, a directory does not, and both
 * must give the same revision.
 */
function thresholdInput(threshold: ClockThreshold): JsonObject {
  const fields = ["holdOverTimeout", "maxOffsetThreshold", "minOffsetThreshold"] as const;
  const downtimes = Object.entries(threshold.processDowntimeThresholds ?? {});
  return compact({
    ...Object.fromEntries(
      fields.map((field) => [field, unlessDefault(threshold[field], clockThresholdDefaults[field])]),
    ),
    processDowntimeThresholds: present(
      Object.fromEntries(
        downtimes.map(([name, seconds]) => [name, unlessDefault(seconds, downtimeDefaults.get(name))]),
      ),
    ),
  });
}

const downtimeDefaults: ReadonlyMap<string, number> = new Map(Object.entries(processDowntimeDefaults));

function unlessDefault(value: number | undefined, defaultValue: number | undefined): string | undefined {
  return value === defaultValue ? undefined : int64(value);
}

function hardwareInput(hardware: NodeHardware): JsonObject {
  return { name: hardware.name, profile: hardware.profile, hardwareProfile: hardware.hardwareProfile };
}

function eventsInput(events: EventSettings): JsonObject {
  return compact({ ...events, enableEventPublisher: events.enableEventPublisher || undefined });
}

function secretInput({ secret, key, content }: NodeSecret, sha256Hex: Sha256Hex): JsonObject {
  const salt = utf8(`${secret}/${key}\0`);
  const salted = new Uint8Array(salt.length + content.length);
  salted.set(salt);
  salted.set(content, salt.length);
  return { secret, key, sha256: sha256Hex(salted) };
}

/** int64 quantities enter as decimal strings, as protobuf's JSON form writes them. */
function int64(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(BigInt(value));
}

/** Drops what is absent; an empty string is kept, since `ptp4lOpts: ""` means something. */
function present(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

/** Drops what is absent and what is an empty list or object: their defaults. */
function compact(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(present(fields)).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: JsonValue): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length === 0;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
