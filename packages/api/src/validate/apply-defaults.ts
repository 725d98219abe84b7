import { kindSchemas } from "../gen/schemas.ts";
import type { CustomResource } from "../gen/types.ts";
import { isJsonObject } from "./json-object.ts";
import type { JsonObject } from "./json-object.ts";
import type { ObjectSchema, Schema } from "./schema.ts";

/** The custom resource type of a kind. */
export type ResourceOfKind<K extends CustomResource["kind"]> = Extract<CustomResource, { readonly kind: K }>;

/**
 * The object as the API server stores it: null members pruned, defaults filled in where their parent exists.
 * The input is not changed; parts without a default are shared with it.
 */
export function applyDefaults<K extends CustomResource["kind"]>(kind: K, object: ResourceOfKind<K>): ResourceOfKind<K> {
  const known = kindSchemas.find((candidate) => candidate.kind === kind);
  // The schema's shape is the type's shape: both are generated from one source.
  return known === undefined ? object : (withDefaults(known.schema, object) as ResourceOfKind<K>);
}

/** Defaulting on any node of a schema, for values whose structure need not be valid. */
export function withDefaults(schema: Schema, value: unknown): unknown {
  switch (schema.type) {
    case "array":
      return Array.isArray(value) ? value.map((item) => withDefaults(schema.items, item)) : value;
    case "map":
      return isJsonObject(value) ? mapWithDefaults(schema.values, value) : value;
    case "object":
      return isJsonObject(value) ? objectWithDefaults(schema, value) : value;
    case "string":
    case "integer":
    case "boolean":
    case "any":
      return value;
  }
}

function mapWithDefaults(values: Schema, value: JsonObject): JsonObject {
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, withDefaults(values, member)]));
}

function objectWithDefaults({ fields }: ObjectSchema, value: JsonObject): JsonObject {
  const members = new Map<string, unknown>();
  for (const [key, member] of Object.entries(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) members.set(key, member);
    else if (member !== null && member !== undefined) members.set(key, withDefaults(field, member));
  }
  for (const [key, field] of Object.entries(fields)) {
    if (!members.has(key) && "default" in field) members.set(key, field.default);
  }
  return Object.fromEntries(members);
}
