/** A JSON object before anything is known about its members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a plain object: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
