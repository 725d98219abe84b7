import { isJsonList, isJsonObject, type JsonValue } from "./json.ts";

/** No value people write nests near this; code that follows a value by recursion must not exhaust its stack. */
const deepest = 100;

/**
 * Why a value that `JSON.parse` gave cannot be used all the same, in words with the remedy; undefined if it can: it is
 * nested too deep, or holds what canonical JSON cannot write and so no revision can be taken of (a number beyond the
 * doubles, text with half of a surrogate pair).
 */
export function unfitJson(value: JsonValue): string | undefined {
  const open: (readonly [value: JsonValue, depth: number])[] = [[value, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [each, depth] = next;
    if (depth > deepest) return `is nested deeper than ${deepest} levels; flatten it`;
    if (typeof each === "number" && !Number.isFinite(each))
      return "holds a number too large for JSON; write a smaller one";
    if (typeof each === "string" && !each.isWellFormed()) return malformed;
    if (isJsonObject(each) && Object.keys(each).some((key) => !key.isWellFormed())) return malformed;
    const children = isJsonObject(each) ? Object.values(each) : isJsonList(each) ? each : [];
    for (const child of children) open.push([child, depth + 1]);
  }
  return undefined;
}

const malformed = "holds half of a surrogate pair, which is no text; correct the \\u escape";
