import {
  isJsonObject,
  toProfileJson,
  type EventSettings,
  type JsonObject,
  type JsonValue,
  type NodeConfig,
  type NodeHardware,
  type NodeProfile,
  type NodeSecret,
  type RefusedProfile,
  type RunIds,
} from "@ptp/node";
import { messageOf } from "@ptp/kit";
import type { AcceptedState } from "./accepted-state.ts";
import { objectOf, readEntries, textOf, wrong } from "./json-entries.ts";
import { profileOf } from "./profile-state.ts";

/** Version of the form; a reader refuses a newer one. Fields may be added without a new version. */
const formVersion = 1;

/** The state as JSON. */
export function toStateJson({ issued, dropped, lastApplied, keptSecrets, runIds }: AcceptedState): JsonObject {
  const { config, revision } = issued;
  return {
    version: formVersion,
    revision,
    nodeName: config.nodeName,
    profiles: toProfileJson(config.profiles),
    hardware: config.hardware.map((hardware) => ({ ...hardware })),
    plugins: config.plugins,
    ...(config.events === undefined ? {} : { events: { ...config.events } }),
    secrets: config.secrets.map(secretJson),
    ...(config.leapSeconds === undefined ? {} : { leapSeconds: config.leapSeconds }),
    dropped: dropped.map((refused) => ({ ...refused })),
    lastApplied: toProfileJson(lastApplied),
    keptSecrets: keptSecrets.map(secretJson),
    runIds,
  };
}

/** A state with what could not be read of it, for people. */
export interface ReadState {
  readonly state: AcceptedState;
  readonly problems: readonly string[];
}

/**
 * The state from JSON. An entry that cannot be read is left out by itself, a profile as one that was dropped; a field that
 * only a newer agent knows is passed over.
 *
 * @throws AppError invalid if the whole is of no use: another form, or no revision or node name.
 */
export function fromStateJson(value: JsonValue): ReadState {
  if (!isJsonObject(value)) throw wrong("the file", "is not an object");
  if (value["version"] !== formVersion) throw wrong("version", `is not ${formVersion}`);
  const revision = textOf("revision", value["revision"]);
  const nodeName = textOf("nodeName", value["nodeName"]);
  const problems: string[] = [];
  const list = <T>(field: string, read: (entry: JsonValue) => T) => readEntries(field, value[field], read, problems);
  const unreadable: RefusedProfile[] = [];
  const profiles = list("profiles", (entry) => profileOrDropped(entry, unreadable));
  const events = readEvents(value["events"], problems);
  const config: NodeConfig = {
    nodeName,
    profiles,
    hardware: list("hardware", hardwareOf),
    plugins: list("plugins", (plugin) => textOf("name", plugin)),
    ...(events !== undefined && { events }),
    secrets: list("secrets", secretOf),
    ...(typeof value["leapSeconds"] === "string" && { leapSeconds: value["leapSeconds"] }),
  };
  const state: AcceptedState = {
    issued: { revision, config },
    dropped: [...list("dropped", droppedOf), ...unreadable],
    lastApplied: list("lastApplied", profileOf),
    keptSecrets: list("keptSecrets", secretOf),
    runIds: readRunIds(value["runIds"], problems),
  };
  return { state, problems };
}

/** @throws AppError invalid, after noting a profile that has at least a name: it is refused, not gone. */
function profileOrDropped(value: JsonValue, unreadable: RefusedProfile[]): NodeProfile {
  try {
    return profileOf(value);
  } catch (error) {
    const name = isJsonObject(value) ? value["name"] : undefined;
    const reason = `the state file's form of it cannot be read: ${messageOf(error)}`;
    if (typeof name === "string") unreadable.push({ name, path: "", reason });
    throw error;
  }
}

function secretJson({ secret, key, content }: NodeSecret): JsonObject {
  return { secret, key, base64: Buffer.from(content).toString("base64") };
}

function hardwareOf(value: JsonValue): NodeHardware {
  const { name, profile, hardwareProfile } = objectOf("entry", value);
  return {
    name: textOf("name", name),
    profile: textOf("profile", profile),
    hardwareProfile: objectOf("hardwareProfile", hardwareProfile),
  };
}

function readEvents(value: JsonValue | undefined, problems: string[]): EventSettings | undefined {
  const [events] = readEntries("events", value === undefined ? [] : [value], eventsOf, problems);
  return events;
}

function eventsOf(value: JsonValue): EventSettings {
  const events = objectOf("entry", value);
  const texts = (["transportHost", "apiVersion", "storageType"] as const).flatMap((field) =>
    events[field] === undefined ? [] : [[field, textOf(field, events[field])]],
  );
  return { enableEventPublisher: events["enableEventPublisher"] === true, ...Object.fromEntries(texts) };
}

function secretOf(value: JsonValue): NodeSecret {
  const { secret, key, base64 } = objectOf("entry", value);
  return {
    secret: textOf("secret", secret),
    key: textOf("key", key),
    content: new Uint8Array(Buffer.from(textOf("base64", base64), "base64")),
  };
}

function droppedOf(value: JsonValue): RefusedProfile {
  const { name, path, reason } = objectOf("entry", value);
  return { name: textOf("name", name), path: textOf("path", path), reason: textOf("reason", reason) };
}

function readRunIds(value: JsonValue | undefined, problems: string[]): RunIds {
  if (value === undefined || !isJsonObject(value)) {
    problems.push("runIds: is not an object");
    return {};
  }
  const entries = Object.entries(value).flatMap(([name, id]): (readonly [string, number])[] => {
    if (typeof id === "number" && Number.isSafeInteger(id) && id >= 0) return [[name, id]];
    problems.push(`runIds[${name}]: is not a run id`);
    return [];
  });
  return Object.fromEntries(entries);
}
