import { describeValue } from "../findings/describe-value.ts";
import type { Finding } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { isDateTime } from "./is-date-time.ts";
import { hasLoneSurrogate } from "./validate-json.ts";
import type { IntegerSchema, TextSchema } from "./schema.ts";

/** Checks a text value; the first broken limit is told. */
export function checkText(schema: TextSchema, value: unknown, path: string): readonly Finding[] {
  if (typeof value !== "string") {
    // A number or flag in YAML that should be text only lacks its quotes.
    const quotes = typeof value === "number" || typeof value === "boolean" ? "; put it in quotes" : "";
    return [finding(path, "text", value, `must be text, got ${describeValue(value)}${quotes}`)];
  }
  if (hasLoneSurrogate(value)) return [finding(path, "well-formed Unicode text", value)];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [notInEnum(schema.enum, value, path)];
  const length = schema.minLength === undefined && schema.maxLength === undefined ? 0 : Array.from(value).length;
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [finding(path, `at least ${schema.minLength} characters`, value)];
  }
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    return [finding(path, `at most ${schema.maxLength} characters`, value)];
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    return [finding(path, `text of the form ${schema.pattern}`, value)];
  }
  if (schema.format === "date-time" && !isDateTime(value)) return [finding(path, "an RFC 3339 time", value)];
  return [];
}

/** Checks a whole number: type, exactness, bounds. */
export function checkInteger(schema: IntegerSchema, value: unknown, path: string): readonly Finding[] {
  const expected = rangeOf(schema);
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) {
    if (!Number.isSafeInteger(Number(value))) {
      return [finding(path, "a whole number within ±9007199254740991 (2^53 − 1)", value)];
    }
    const number = Number(value);
    const tooSmall = schema.minimum !== undefined && number < schema.minimum;
    const tooLarge = schema.maximum !== undefined && number > schema.maximum;
    return tooSmall || tooLarge ? [finding(path, expected, value)] : [];
  }
  const quotes = typeof value === "string" && /^[+-]?\d+$/.test(value) ? "; remove the quotes" : "";
  return [finding(path, expected, value, `must be ${expected}, got ${describeValue(value)}${quotes}`)];
}

function rangeOf({ minimum, maximum }: IntegerSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `a whole number from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `a whole number of at least ${minimum}`;
  if (maximum !== undefined) return `a whole number of at most ${maximum}`;
  return "a whole number";
}

function notInEnum(words: readonly string[], value: string, path: string): Finding {
  const suggestion = nearestName(value, words);
  return {
    ...finding(path, `one of ${words.join(", ")}`, value),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function finding(path: string, expected: string, value: unknown, message?: string): Finding {
  const got = describeValue(value);
  return { path, message: message ?? `must be ${expected}, got ${got}`, expected, got };
}
