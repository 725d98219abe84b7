/** Any JSON value, read-only. Numbers are finite doubles; int64 quantities that may exceed 2^53 travel as decimal strings. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Whether the value is a list. Array.isArray does not narrow read-only arrays. */
export function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether the value is a JSON object: neither null nor a list. */
export function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isJsonList(value);
}
