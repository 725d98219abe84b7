import { isJsonObject, unfitJson, type JsonObject, type JsonValue } from "@ptp/node";
import { FieldError } from "./decoded.ts";

/** An object without the members that are undefined: protobuf's init shapes and our values know only absence. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops the members that are undefined. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** int64 on the wire from a whole number. */
export function toInt64(value: number): bigint {
  return BigInt(Math.trunc(value));
}

/** A number from int64 on the wire. @throws FieldError if a double cannot hold it exactly. */
export function fromInt64(path: string, value: bigint): number {
  const number = Number(value);
  if (BigInt(number) !== value) throw new FieldError(path, `${value} is beyond the whole numbers of a double (2^53)`);
  return number;
}

/** One of the known words. @throws FieldError with all of them otherwise. */
export function oneOf<T extends string>(path: string, words: readonly T[], value: string): T {
  const word = words.find((known) => known === value);
  if (word === undefined) {
    throw new FieldError(path, `unknown value ${JSON.stringify(value)}: this version knows ${words.join(", ")}`);
  }
  return word;
}

/** Text that must not be empty. @throws FieldError */
export function nonEmpty(path: string, value: string): string {
  if (value === "") throw new FieldError(path, "missing");
  return value;
}

/** JSON text as a value that can be worked with and written again (`unfitJson`). @throws FieldError */
export function fromJsonText(path: string, text: string): JsonValue {
  const value = parseJson(path, text);
  const unfit = unfitJson(value);
  if (unfit !== undefined) throw new FieldError(path, unfit);
  return value;
}

function parseJson(path: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new FieldError(path, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** JSON text of an object. @throws FieldError */
export function fromJsonObjectText(path: string, text: string): JsonObject {
  const value = fromJsonText(path, text);
  if (!isJsonObject(value)) throw new FieldError(path, "not a JSON object");
  return value;
}
