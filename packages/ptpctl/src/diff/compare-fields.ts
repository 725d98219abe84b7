import { canonicalJson, toProfileJson, type JsonObject, type JsonValue, type NodeProfile } from "@ptp/node";
import type { FieldChange } from "./profile-change.ts";

/** The fields in which two profiles of one name differ. */
export function compareFields(old: NodeProfile, now: NodeProfile): readonly FieldChange[] {
  const before = fieldsOf(old);
  const after = fieldsOf(now);
  const hadThresholds = old.ptpClockThreshold !== undefined;
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path): readonly FieldChange[] => {
    const [was, is] = [before.get(path), after.get(path)];
    if (was !== undefined && is !== undefined && canonicalJson(was) === canonicalJson(is)) return [];
    const note = noteFor(path, { was, is, hadThresholds });
    return [
      {
        path,
        ...(was === undefined ? {} : { old: was }),
        ...(is === undefined ? {} : { new: is }),
        ...(note === undefined ? {} : { note }),
      },
    ];
  });
}

/** Leaves of a profile by path; a plugin's options are one leaf, since they are opaque. */
function fieldsOf(profile: NodeProfile): ReadonlyMap<string, JsonValue> {
  const [json = {}] = toProfileJson([profile]);
  const fields = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(json)) {
    if (key === "name") continue;
    if (!isObject(value)) fields.set(key, value);
    else for (const [path, leaf] of leavesOf(key, value)) fields.set(path, leaf);
  }
  return fields;
}

function leavesOf(key: string, value: JsonObject): readonly (readonly [string, JsonValue])[] {
  return Object.entries(value).flatMap(([member, leaf]): readonly (readonly [string, JsonValue])[] => {
    if (key !== "ptpClockThreshold") return [[`${key}[${member}]`, leaf]];
    const path = `${key}.${member}`;
    return isObject(leaf)
      ? Object.entries(leaf).map(([last, seconds]) => [`${path}.${last}`, seconds] as const)
      : [[path, leaf]];
  });
}

const zeroDropped = /^ptpClockThreshold\.(holdOverTimeout|maxOffsetThreshold|minOffsetThreshold)$/;

function noteFor(
  path: string,
  { was, is, hadThresholds }: { was: JsonValue | undefined; is: JsonValue | undefined; hadThresholds: boolean },
): string | undefined {
  if (!zeroDropped.test(path) || was !== undefined || !hadThresholds) return undefined;
  if (is === 0) {
    return "the existing stack leaves a zero out of its ConfigMap and reads the gap as 0; here the zero is written";
  }
  return "the gap stands for 0 in the existing stack, which leaves zeros out of its ConfigMap";
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
