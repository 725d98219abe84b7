import { isJsonList, isJsonObject, type JsonValue } from "@ptp/node";
import type { LeapObservation } from "../leap/leap-book.ts";

const origins: ReadonlySet<JsonValue | undefined> = new Set(["config", "file", "built-in"]);

const indicationFields = [
  "currentSource",
  "currentLeapS",
  "changeS",
  "secondsToEvent",
  "eventGpsWeek",
  "eventGpsDay",
  "valid",
] as const;

const isWhole: Readonly<Record<LeapObservation["kind"], (value: { readonly [field: string]: JsonValue }) => boolean>> =
  {
    list: ({ origin, list = null }) => origins.has(origin) && isList(list),
    "no-list": ({ origin }) => origins.has(origin),
    indication: ({ indication = null }) => hasNumbers(indication, indicationFields),
    learned: ({ leapSeconds = null, atUnixMs }) => typeof atUnixMs === "number" && areLeapSeconds(leapSeconds),
    tick: () => true,
  };

/** Whether a value of a recording is an observation of leap seconds, as far as the machine relies on it. */
export function isLeapObservation(value: JsonValue = null): boolean {
  if (!isJsonObject(value)) return false;
  const { kind } = value;
  return typeof kind === "string" && Object.hasOwn(isWhole, kind) && isWhole[kind as LeapObservation["kind"]](value);
}

function isList(list: JsonValue): boolean {
  if (!hasNumbers(list, ["updatedNtpS", "expiresNtpS"])) return false;
  const { leapSeconds = null } = list as { readonly leapSeconds?: JsonValue };
  return areLeapSeconds(leapSeconds) && (leapSeconds as readonly JsonValue[]).length > 0;
}

function areLeapSeconds(values: JsonValue): boolean {
  return isJsonList(values) && values.every((value) => hasNumbers(value, ["ntpS", "taiMinusUtcS"]));
}

function hasNumbers(value: JsonValue, fields: readonly string[]): boolean {
  return isJsonObject(value) && fields.every((field) => typeof value[field] === "number");
}
