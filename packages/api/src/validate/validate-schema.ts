import { describeValue, shorten } from "../findings/describe-value.ts";
import type { Finding } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { elementPath, memberPath } from "../findings/path.ts";
import { holdsRule } from "./cel-rules.ts";
import { isJsonObject } from "./json-object.ts";
import type { JsonObject } from "./json-object.ts";
import type { ListSchema, ObjectSchema, Schema } from "./schema.ts";
import { checkJson, hasLoneSurrogate } from "./validate-json.ts";
import { checkInteger, checkText } from "./validate-scalar.ts";

/** After so many findings the rest of an object is not looked at: a reader fixes the first ones first. */
export const maxFindings = 100;

/** Options of {@link validateSchema}. */
export interface ValidateOptions {
  /** Report fields the schema does not declare. The API server prunes them silently; people want to know. */
  readonly unknownFields?: "error" | "ignore";
}

interface Walk {
  readonly findings: Finding[];
  readonly unknownFields: boolean;
}

/**
 * Checks a value against a compact schema as the API server would: structure first, then CEL rules of objects whose
 * structure holds. A null member counts as absent, as the API server prunes it. At most {@link maxFindings} findings.
 */
export function validateSchema(
  schema: Schema,
  value: unknown,
  path: string,
  options: ValidateOptions = {},
): readonly Finding[] {
  const walk: Walk = { findings: [], unknownFields: options.unknownFields !== "ignore" };
  check(schema, value, path, walk);
  return walk.findings.slice(0, maxFindings);
}

function check(schema: Schema, value: unknown, path: string, walk: Walk): void {
  if (walk.findings.length >= maxFindings) return;
  switch (schema.type) {
    case "any":
      walk.findings.push(...checkJson(value, path));
      return;
    case "string":
      walk.findings.push(...checkText(schema, value, path));
      return;
    case "integer":
      walk.findings.push(...checkInteger(schema, value, path));
      return;
    case "boolean":
      if (typeof value !== "boolean") walk.findings.push(wrongType("true or false", value, path));
      return;
    case "array":
      checkList(schema, value, path, walk);
      return;
    case "map":
      checkMap(schema.values, value, path, walk);
      return;
    case "object":
      checkObject(schema, value, path, walk);
  }
}

function checkList(schema: ListSchema, value: unknown, path: string, walk: Walk): void {
  if (!Array.isArray(value)) {
    walk.findings.push(wrongType("a list", value, path));
    return;
  }
  const seen = new Set<unknown>();
  for (const [index, item] of value.entries()) {
    const place = elementPath(path, index);
    if (schema.set === true && seen.has(item)) {
      walk.findings.push({
        path: place,
        message: `${describeValue(item)} stands in the list twice; remove one`,
        expected: "a list without duplicates",
        got: describeValue(item),
      });
    }
    seen.add(item);
    check(schema.items, item, place, walk);
    if (walk.findings.length >= maxFindings) return;
  }
}

const illFormed = "has a key that is no well-formed Unicode text; rename it";

function checkMap(values: Schema, value: unknown, path: string, walk: Walk): void {
  if (!isJsonObject(value)) {
    walk.findings.push(wrongType("an object", value, path));
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (walk.findings.length >= maxFindings) return;
    if (hasLoneSurrogate(key)) walk.findings.push({ path, message: illFormed, got: describeValue(key) });
    if (member !== null && member !== undefined) check(values, member, memberPath(path, key), walk);
  }
}

function checkObject(schema: ObjectSchema, value: unknown, path: string, walk: Walk): void {
  if (!isJsonObject(value)) {
    walk.findings.push(wrongType("an object", value, path));
    return;
  }
  const before = walk.findings.length;
  checkRequired(schema, value, path, walk);
  for (const [key, member] of Object.entries(value)) {
    if (walk.findings.length >= maxFindings) return;
    const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    if (field === undefined) {
      if (walk.unknownFields) walk.findings.push(unknownField(key, Object.keys(schema.fields), path));
    } else if (member !== null && member !== undefined) {
      check(field, member, memberPath(path, key), walk);
    }
  }
  if (walk.findings.length > before) return;
  for (const rule of schema.rules ?? []) {
    if (!holdsRule(rule, value)) walk.findings.push({ path, message: rule.message, expected: rule.rule });
  }
}

function checkRequired(schema: ObjectSchema, value: JsonObject, path: string, walk: Walk): void {
  for (const key of schema.required ?? []) {
    if (value[key] !== undefined && value[key] !== null) continue;
    const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    // The API server fills defaults in before it looks for what is missing.
    if (field !== undefined && "default" in field) continue;
    const place = memberPath(path, key);
    walk.findings.push({ path: place, message: `${place} is missing; it is required`, expected: "a value" });
  }
}

/** The finding for a value of the wrong type. */
export function wrongType(expected: string, value: unknown, path: string): Finding {
  const got = describeValue(value);
  return { path, message: `must be ${expected}, got ${got}`, expected, got };
}

/** The finding for a field the schema does not declare, with the nearest declared name. */
export function unknownField(key: string, known: readonly string[], parent: string): Finding {
  const suggestion = nearestName(key, known);
  const shown = shorten(key);
  const hint = suggestion === undefined ? "remove it" : `did you mean "${suggestion}"?`;
  return {
    path: memberPath(parent, shown),
    message: `unknown field "${shown}"; ${hint}`,
    expected: "a declared field",
    got: shown,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
