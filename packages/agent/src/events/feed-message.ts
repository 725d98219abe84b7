import { AppError } from "@ptp/kit";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "@ptp/node";
import { gnssReceiverStates, type EventResource, type EventValue, type OutsideState } from "@ptp/truth";

/**
 * What the agent tells the events process, one JSON object per line. Each is complete, so that the newest alone is enough
 * for who missed some; there is no other kind yet.
 */
export interface FeedMessage {
  readonly type: "snapshot";
  /** When it was made, by the system clock. */
  readonly atUnixMs: number;
  readonly values: readonly EventValue[];
}

/** Form of the messages; a reader refuses any other. */
const version = 1;

/** Longest line, in bytes. */
export const maxFeedLineBytes = 1_048_576;

/** Most values of a node. */
export const maxFeedValues = 1_024;

/** One line, its end included. */
export function encodeFeedMessage(message: FeedMessage): string {
  return `${JSON.stringify({ version, ...message })}\n`;
}

/**
 * Reads a line strictly: this process believes nothing that it does not know.
 *
 * @throws AppError invalid with what is wrong.
 */
export function decodeFeedMessage(line: string): FeedMessage {
  const message = parse(line);
  if (message["version"] !== version) throw wrong(`version ${JSON.stringify(message["version"])} is not ${version}`);
  if (message["type"] !== "snapshot") throw wrong(`type ${JSON.stringify(message["type"])} is not "snapshot"`);
  const values = message["values"] ?? null;
  if (!isJsonList(values)) throw wrong("values is not a list");
  if (values.length > maxFeedValues) throw wrong(`${values.length} values are more than ${maxFeedValues}`);
  return { type: "snapshot", atUnixMs: numberOf(message, "atUnixMs"), values: values.map(decodeValue) };
}

function parse(line: string): JsonObject {
  try {
    const value: JsonValue = JSON.parse(line);
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw wrong("it is not JSON", error);
  }
  throw wrong("it is not an object");
}

const readers: Readonly<Record<EventResource, (value: JsonObject) => EventValue>> = {
  "sync-state": (value) => ({ resource: "sync-state", state: stateOf(value), ...reasonOf(value) }),
  "lock-state": (value) => clockOf(value, "lock-state"),
  "os-clock-sync-state": (value) => clockOf(value, "os-clock-sync-state"),
  "clock-class": (value) => ({
    resource: "clock-class",
    name: nameOf(value),
    clockClass: numberOf(value, "clockClass"),
    ...reasonOf(value),
  }),
  "gnss-sync-status": (value) => ({
    resource: "gnss-sync-status",
    name: nameOf(value),
    state: oneOf(value, "state", gnssReceiverStates),
    gpsFix: numberOf(value, "gpsFix"),
    ...offsetOf(value),
    ...reasonOf(value),
  }),
  "synce-lock-state": (value) => ({
    resource: "synce-lock-state",
    name: nameOf(value),
    state: stateOf(value),
    ...reasonOf(value),
  }),
  "synce-clock-quality": (value) => ({
    resource: "synce-clock-quality",
    name: nameOf(value),
    ql: numberOf(value, "ql"),
    extendedQl: numberOf(value, "extendedQl"),
    ...reasonOf(value),
  }),
};

const states: readonly OutsideState[] = ["LOCKED", "HOLDOVER", "FREERUN"];

function decodeValue(value: JsonValue): EventValue {
  if (!isJsonObject(value)) throw wrong("a value is not an object");
  const resource = value["resource"];
  const isKnown = (name: JsonValue | undefined): name is EventResource =>
    typeof name === "string" && Object.hasOwn(readers, name);
  if (!isKnown(resource)) throw wrong(`resource ${JSON.stringify(resource)} is not known`);
  return readers[resource](value);
}

function clockOf(value: JsonObject, resource: "lock-state" | "os-clock-sync-state"): EventValue {
  return { resource, name: nameOf(value), state: stateOf(value), ...offsetOf(value), ...reasonOf(value) };
}

function reasonOf(value: JsonObject): { readonly cause: readonly string[]; readonly sinceUnixMs?: number } {
  const cause = value["cause"] ?? null;
  const isText = (each: JsonValue): each is string => typeof each === "string";
  if (!isJsonList(cause) || !cause.every(isText)) throw wrong("cause is not a list of texts");
  return value["sinceUnixMs"] === undefined ? { cause } : { cause, sinceUnixMs: numberOf(value, "sinceUnixMs") };
}

function offsetOf(value: JsonObject): { readonly offsetNs?: number } {
  return value["offsetNs"] === undefined ? {} : { offsetNs: numberOf(value, "offsetNs") };
}

function stateOf(value: JsonObject): OutsideState {
  return oneOf(value, "state", states);
}

function oneOf<T extends string>(value: JsonObject, field: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value[field]);
  if (found === undefined) throw wrong(`${field} ${JSON.stringify(value[field])} is none of ${allowed.join(", ")}`);
  return found;
}

/** Becomes part of an address. */
function nameOf(value: JsonObject): string {
  const name = value["name"];
  if (typeof name !== "string" || !/^[^\s\p{Cc}]{1,256}$/u.test(name)) throw wrong("name is not a word");
  return name;
}

function numberOf(value: JsonObject, field: string): number {
  const number = value[field];
  if (typeof number !== "number" || !Number.isFinite(number)) throw wrong(`${field} is not a number`);
  return number;
}

function wrong(what: string, cause?: unknown): AppError {
  return new AppError("invalid", `a line of the feed cannot be used: ${what}`, { cause });
}
