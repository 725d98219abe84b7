import {
  isJsonList,
  profileTextFields,
  type ClockThreshold,
  type HighAvailability,
  type JsonObject,
  type JsonValue,
  type NodeProfile,
} from "@ptp/node";
import { objectOf, textOf, wholeNumberOf, wrong } from "./json-entries.ts";

/**
 * A profile as the state file has it. Unlike the ConfigMap form it is not written by people and has been accepted already: a
 * field that this version does not know is passed over, a program name that only a newer peer knows is kept.
 *
 * @throws AppError invalid that names a field which holds something else than it should.
 */
export function profileOf(value: JsonValue): NodeProfile {
  const fields = objectOf("profile", value);
  const read = <T>(field: string, convert: (field: string, value: JsonValue | undefined) => T) =>
    fields[field] === undefined ? {} : { [field]: convert(field, fields[field]) };
  return {
    name: textOf("name", fields["name"]),
    ...Object.assign({}, ...profileTextFields.map((field) => read(field, textOf))),
    ...read("ptpSchedulingPolicy", policyOf),
    ...read("ptpSchedulingPriority", wholeNumberOf),
    ...read("ptpClockThreshold", thresholdOf),
    ...read("ptpSettings", (field, settings) => mapOf(field, settings, textOf)),
    ...read("highAvailability", highAvailabilityOf),
    ...read("plugins", objectOf),
  };
}

function policyOf(field: string, value: JsonValue | undefined): NonNullable<NodeProfile["ptpSchedulingPolicy"]> {
  const policy = textOf(field, value);
  if (policy !== "SCHED_OTHER" && policy !== "SCHED_FIFO")
    throw wrong(field, `unknown value ${JSON.stringify(policy)}`);
  return policy;
}

function thresholdOf(field: string, value: JsonValue | undefined): ClockThreshold {
  const fields = objectOf(field, value);
  const numbers = ["holdOverTimeout", "maxOffsetThreshold", "minOffsetThreshold"].flatMap((name) =>
    fields[name] === undefined ? [] : [[name, wholeNumberOf(`${field}.${name}`, fields[name])]],
  );
  const downtimes = fields["processDowntimeThresholds"];
  const path = `${field}.processDowntimeThresholds`;
  return {
    ...Object.fromEntries(numbers),
    ...(downtimes !== undefined && { processDowntimeThresholds: mapOf(path, downtimes, wholeNumberOf) }),
  };
}

function highAvailabilityOf(field: string, value: JsonValue | undefined): HighAvailability {
  const { enableHA, preferredPrimary, heartBeatTimeout, sourcePriority } = objectOf(field, value);
  const read = <T>(name: string, each: JsonValue | undefined, convert: (field: string, value: JsonValue) => T) =>
    each === undefined ? {} : { [name]: convert(`${field}.${name}`, each) };
  return {
    ...read("enableHA", enableHA, flagOf),
    ...read("preferredPrimary", preferredPrimary, textOf),
    ...read("heartBeatTimeout", heartBeatTimeout, wholeNumberOf),
    ...read("sourcePriority", sourcePriority, textsOf),
  };
}

function flagOf(field: string, value: JsonValue): boolean {
  if (typeof value !== "boolean") throw wrong(field, "is neither true nor false");
  return value;
}

function textsOf(field: string, value: JsonValue): readonly string[] {
  if (!isJsonList(value)) throw wrong(field, "is not a list");
  return value.map((each, index) => textOf(`${field}[${index}]`, each));
}

function mapOf<T>(
  field: string,
  value: JsonValue | undefined,
  convert: (field: string, value: JsonValue | undefined) => T,
): Readonly<Record<string, T>> {
  const entries: JsonObject = objectOf(field, value);
  return Object.fromEntries(Object.entries(entries).map(([key, each]) => [key, convert(`${field}.${key}`, each)]));
}
