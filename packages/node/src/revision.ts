import { canonicalJson } from "./canonical-json.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { EventSettings, NodeConfig, NodeHardware, NodeSecret } from "./node-config.ts";
import { profileTextFields, type ClockThreshold, type NodeProfile } from "./node-profile.ts";

/** SHA-256 of a byte string as 64 lower-case hex digits; passed in, because hashing belongs to the host. */
export type Sha256Hex = (bytes: Uint8Array) => string;

/**
 * First 16 hex digits of SHA-256 over the canonical JSON of a config: the same on every replica and after every restart.
 * A field that is absent or at its default does not enter, so an optional field added later changes no revision.
 */
export function revisionOf(config: NodeConfig, sha256Hex: Sha256Hex): string {
  return sha256Hex(utf8(canonicalJson(revisionInput(config, sha256Hex)))).slice(0, 16);
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
      plugins: profile.plugins,
    }),
  };
}

/** A threshold object that is present but empty differs from an absent one only in defaults, which are the same. */
function thresholdInput(threshold: ClockThreshold): JsonObject {
  const downtimes = Object.entries(threshold.processDowntimeThresholds ?? {}).map(([name, seconds]) => [
    name,
    int64(seconds),
  ]);
  return compact({
    holdOverTimeout: int64(threshold.holdOverTimeout),
    maxOffsetThreshold: int64(threshold.maxOffsetThreshold),
    minOffsetThreshold: int64(threshold.minOffsetThreshold),
    processDowntimeThresholds: present(Object.fromEntries(downtimes)),
  });
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
