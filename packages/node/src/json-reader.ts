import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

/** Something wrong in a JSON document: where, and what to change, for people. */
export interface JsonProblem {
  readonly path: string;
  readonly reason: string;
}

/**
 * Reads typed fields of one object. A field that is absent or `null` reads as undefined; one of a wrong type reads as
 * undefined too and adds a problem.
 */
export interface FieldReader {
  text(field: string): string | undefined;
  /** A whole number within the bounds, both included; never beyond ±(2^53 - 1), where digits would be lost. */
  integer(field: string, minimum?: number, maximum?: number): number | undefined;
  flag(field: string): boolean | undefined;
  texts(field: string): readonly string[] | undefined;
  object(field: string): JsonObject | undefined;
  /** Adds a problem for each field that is not one of these. */
  allow(fields: readonly string[]): void;
  /** Adds a problem about a field. */
  reject(field: string, reason: string): void;
}

/** A reader of `value`, whose place in the document is `path` (empty for the root). */
export function fieldReader(value: JsonObject, path: string, problems: JsonProblem[]): FieldReader {
  const reject = (field: string, reason: string): undefined => {
    problems.push({ path: path === "" ? field : `${path}.${field}`, reason });
  };
  const integer = (field: string, minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER) => {
    const number = value[field] ?? undefined;
    if (number === undefined) return undefined;
    if (typeof number === "number" && Number.isInteger(number) && number >= minimum && number <= maximum) return number;
    return reject(field, `expected a whole number from ${minimum} to ${maximum}, got ${describeJson(number)}`);
  };
  return {
    reject,
    integer,
    text: (field) => {
      const text = value[field] ?? undefined;
      if (text === undefined || typeof text === "string") return text;
      return reject(field, `expected text, got ${describeJson(text)}; put it in quotes`);
    },
    flag: (field) => {
      const flag = value[field] ?? undefined;
      if (flag === undefined || typeof flag === "boolean") return flag;
      return reject(field, `expected true or false, got ${describeJson(flag)}`);
    },
    texts: (field) => readTexts(field, value[field] ?? undefined, reject),
    object: (field) => {
      const object = value[field] ?? undefined;
      if (object === undefined || isJsonObject(object)) return object;
      return reject(field, `expected an object, got ${describeJson(object)}`);
    },
    allow: (fields) => {
      const unknown = Object.keys(value).filter((field) => !fields.includes(field));
      for (const field of unknown) reject(field, `unknown field; the fields here are ${fields.join(", ")}`);
    },
  };
}

function readTexts(
  field: string,
  list: JsonValue | undefined,
  reject: (field: string, reason: string) => undefined,
): readonly string[] | undefined {
  if (list === undefined) return undefined;
  if (!isJsonList(list)) return reject(field, `expected a list of texts, got ${describeJson(list)}`);
  const texts = list.filter((member) => typeof member === "string");
  const wrong = list.findIndex((member) => typeof member !== "string");
  return wrong === -1 ? texts : reject(`${field}[${wrong}]`, `expected text, got ${describeJson(list[wrong])}`);
}

/** A value for messages: its type and, if short, itself. */
export function describeJson(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (isJsonList(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The fields that have a value: in TypeScript's exact sense an absent field is no field with the value undefined. */
export function withoutAbsent<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
