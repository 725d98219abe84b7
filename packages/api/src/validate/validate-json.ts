import { describeValue } from "../findings/describe-value.ts";
import type { Finding } from "../findings/finding.ts";
import { elementPath, memberPath } from "../findings/path.ts";
import { isJsonObject } from "./json-object.ts";

/** A free JSON value may nest this deep and hold this many values; what no JSON text needs is not followed. */
const deepest = 64;
const mostValues = 100_000;

interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly depth: number;
}

/** True for text with half of a surrogate pair: it has no UTF-8 form, so nothing can be hashed or sent with it. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

/**
 * Checks that a free value is JSON: finite numbers, well-formed text, no value that only YAML or JavaScript has, and
 * within the bounds above (an alias of YAML can make a value contain itself). At most one finding.
 */
export function checkJson(value: unknown, path: string): readonly Finding[] {
  const open: Place[] = [{ value, path, depth: 0 }];
  for (let count = 0; ; count += 1) {
    const place = open.pop();
    if (place === undefined) return [];
    const problem = count >= mostValues || place.depth > deepest ? "is nested too deep or too large" : problemOf(place);
    if (problem !== undefined) return [{ path: place.path, message: `${problem}; write plain JSON here` }];
    for (const child of childrenOf(place)) open.push(child);
  }
}

function problemOf({ value }: Place): string | undefined {
  switch (typeof value) {
    case "string":
      return hasLoneSurrogate(value) ? "is no well-formed Unicode text" : undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `must be a JSON value, got ${String(value)}`;
    case "boolean":
    case "undefined":
      return undefined;
    case "object":
      return value instanceof Uint8Array || value instanceof Map || value instanceof Set
        ? "must be a JSON value"
        : illFormedKey(value);
    case "bigint":
    case "symbol":
    case "function":
      return `must be a JSON value, got ${describeValue(value)}`;
  }
}

function illFormedKey(value: object | null): string | undefined {
  if (!isJsonObject(value)) return undefined;
  return Object.keys(value).some(hasLoneSurrogate) ? "has a key that is no well-formed Unicode text" : undefined;
}

function childrenOf({ value, path, depth }: Place): readonly Place[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({ value: item, path: elementPath(path, index), depth: depth + 1 }));
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([key, member]) => ({
    value: member,
    path: memberPath(path, key),
    depth: depth + 1,
  }));
}
