import { AppError } from "@ptp/kit";
import {
  fromProfileJson,
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
import type { AcceptedState } from "./accepted-state.ts";

/** Version of the form; a reader refuses a newer one. Fields may be added without a new version. */
const formVersion = 1;

/** The state as JSON. */
export function toStateJson({ issued, dropped, lastApplied, runIds }: AcceptedState): JsonObject {
  const { config, revision } = issued;
  return {
    version: formVersion,
    revision,
    nodeName: config.nodeName,
    profiles: toProfileJson(config.profiles),
    hardware: config.hardware.map((hardware) => ({ ...hardware })),
    plugins: config.plugins,
    ...(config.events === undefined ? {} : { events: { ...config.events } }),
    secrets: config.secrets.map(({ secret, key, content }) => ({
      secret,
      key,
      base64: Buffer.from(content).toString("base64"),
    })),
    dropped: dropped.map((refused) => ({ ...refused })),
    lastApplied: toProfileJson(lastApplied),
    runIds,
  };
}

/**
 * The state from JSON.
 *
 * @throws AppError invalid that names the field which is not as `toStateJson` writes it.
 */
export function fromStateJson(value: JsonValue): AcceptedState {
  const state = objectOf("the file", value);
  if (state["version"] !== formVersion) throw wrong("version", `is not ${formVersion}`);
  const config: NodeConfig = {
    nodeName: textOf("nodeName", state["nodeName"]),
    profiles: profilesOf("profiles", state["profiles"]),
    hardware: listOf("hardware", state["hardware"]).map(hardwareOf),
    plugins: listOf("plugins", state["plugins"]).map((plugin) => textOf("plugins", plugin)),
    ...(state["events"] === undefined ? {} : { events: eventsOf(state["events"]) }),
    secrets: listOf("secrets", state["secrets"]).map(secretOf),
  };
  return {
    issued: { revision: textOf("revision", state["revision"]), config },
    dropped: listOf("dropped", state["dropped"]).map(droppedOf),
    lastApplied: profilesOf("lastApplied", state["lastApplied"]),
    runIds: runIdsOf(state["runIds"]),
  };
}

function wrong(field: string, what: string): AppError {
  return new AppError("invalid", `${field} ${what}`);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function objectOf(field: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined || value === null || typeof value !== "object" || isList(value)) {
    throw wrong(field, "is not an object");
  }
  return value;
}

function listOf(field: string, value: JsonValue | undefined): readonly JsonValue[] {
  if (!isList(value)) throw wrong(field, "is not a list");
  return value;
}

function textOf(field: string, value: JsonValue | undefined): string {
  if (typeof value !== "string") throw wrong(field, "is not a string");
  return value;
}

function profilesOf(field: string, value: JsonValue | undefined): readonly NodeProfile[] {
  const { profiles, refused } = fromProfileJson(listOf(field, value));
  const [first] = refused;
  if (first !== undefined) throw wrong(`${field}[${first.name}].${first.path}`, first.reason);
  return profiles;
}

function hardwareOf(value: JsonValue): NodeHardware {
  const { name, profile, hardwareProfile } = objectOf("hardware", value);
  return {
    name: textOf("hardware.name", name),
    profile: textOf("hardware.profile", profile),
    hardwareProfile: objectOf("hardware.hardwareProfile", hardwareProfile),
  };
}

function eventsOf(value: JsonValue): EventSettings {
  const events = objectOf("events", value);
  const texts = (["transportHost", "apiVersion", "storageType"] as const).flatMap((field) =>
    events[field] === undefined ? [] : [[field, textOf(`events.${field}`, events[field])]],
  );
  return { enableEventPublisher: events["enableEventPublisher"] === true, ...Object.fromEntries(texts) };
}

function secretOf(value: JsonValue): NodeSecret {
  const { secret, key, base64 } = objectOf("secrets", value);
  return {
    secret: textOf("secrets.secret", secret),
    key: textOf("secrets.key", key),
    content: new Uint8Array(Buffer.from(textOf("secrets.base64", base64), "base64")),
  };
}

function droppedOf(value: JsonValue): RefusedProfile {
  const { name, path, reason } = objectOf("dropped", value);
  return {
    name: textOf("dropped.name", name),
    path: textOf("dropped.path", path),
    reason: textOf("dropped.reason", reason),
  };
}

function runIdsOf(value: JsonValue | undefined): RunIds {
  const entries = Object.entries(objectOf("runIds", value)).map(([name, id]): readonly [string, number] => {
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0)
      throw wrong(`runIds[${name}]`, "is not a run id");
    return [name, id];
  });
  return Object.fromEntries(entries);
}
