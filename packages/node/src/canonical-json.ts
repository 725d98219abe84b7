import { isJsonList, type JsonValue } from "./json.ts";

/**
 * RFC 8785 (JSON Canonicalization Scheme) text of a value: no white space, members sorted by UTF-16 code units, numbers and
 * strings as ECMAScript writes them, which is what the RFC prescribes.
 *
 * @throws RangeError on a number JSON cannot write, or on a lone surrogate (RFC 8785 section 3.2.2.2).
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${value} is not a JSON number`);
  if (typeof value === "string") return quote(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isJsonList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.keys(value)
    .sort(byCodeUnits)
    .map((key) => `${quote(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

function quote(text: string): string {
  if (!text.isWellFormed()) throw new RangeError("a lone surrogate cannot be written as canonical JSON");
  return JSON.stringify(text);
}

/** The default order of strings in ECMAScript is by UTF-16 code units; a named function keeps that choice visible. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
