/** Any JSON value, read-only. Numbers are finite doubles; int64 quantities that may exceed 2^53 travel as decimal strings. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };
