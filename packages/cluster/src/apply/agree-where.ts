import { isDeepStrictEqual } from "node:util";

/**
 * Whether two values agree in all that `wanted` speaks of: the members of objects it names, lists as a whole. What else
 * is in them (defaults, what others wrote, status) does not count.
 */
export function agreeWhere(wanted: unknown, a: unknown, b: unknown): boolean {
  if (!isObject(wanted) || !isObject(a) || !isObject(b)) return isDeepStrictEqual(a, b);
  return Object.entries(wanted).every(([name, value]) => value === undefined || agreeWhere(value, a[name], b[name]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
