import { isJsonObject } from "../validate/json-object.ts";
import type { JsonObject } from "../validate/json-object.ts";

/** `Kind/namespace/name` of an object that may lack any of them. */
export function objectName(value: JsonObject, namespace?: string): string {
  const metadata = isJsonObject(value["metadata"]) ? value["metadata"] : {};
  const word = (part: unknown, fallback: string) => (typeof part === "string" && part !== "" ? part : fallback);
  const parts = [word(value["kind"], "?")];
  if (namespace !== undefined) parts.push(word(metadata["namespace"], namespace));
  return [...parts, word(metadata["name"], "?")].join("/");
}
