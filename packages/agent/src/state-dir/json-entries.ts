import { AppError, messageOf } from "@ptp/kit";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "@ptp/node";

/** Reads one entry of a list. @throws AppError invalid if it is not what it should be. */
export type ReadEntry<T> = (entry: JsonValue) => T;

/**
 * Reads each entry of a list by itself: one that cannot be read costs itself and a problem. An absent list is an empty one:
 * an older agent did not write it.
 */
export function readEntries<T>(
  field: string,
  value: JsonValue | undefined,
  read: ReadEntry<T>,
  problems: string[],
): readonly T[] {
  if (value === undefined) return [];
  if (!isJsonList(value)) {
    problems.push(`${field}: is not a list`);
    return [];
  }
  return value.flatMap((entry, index) => {
    try {
      return [read(entry)];
    } catch (error) {
      problems.push(`${field}[${index}].${messageOf(error)}`);
      return [];
    }
  });
}

/** @throws AppError invalid */
export function objectOf(field: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined || !isJsonObject(value)) throw wrong(field, "is not an object");
  return value;
}

/** @throws AppError invalid */
export function textOf(field: string, value: JsonValue | undefined): string {
  if (typeof value !== "string") throw wrong(field, "is not a string");
  return value;
}

/** A whole number that a double holds exactly. @throws AppError invalid */
export function wholeNumberOf(field: string, value: JsonValue | undefined): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrong(field, "is not a whole number");
  return value;
}

/** The error of a field. */
export function wrong(field: string, what: string): AppError {
  return new AppError("invalid", `${field}: ${what}`);
}
