import { z } from "zod";
import type { CelRule } from "../schema/fields.ts";

/** A node of a Kubernetes structural schema, reduced to what the kinds of this project use. */
export interface StructuralNode {
  readonly type?: "string" | "integer" | "boolean" | "array" | "object";
  readonly description?: string;
  readonly format?: "int64" | "date-time";
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: StructuralNode;
  readonly properties?: Readonly<Record<string, StructuralNode>>;
  readonly additionalProperties?: StructuralNode;
  readonly required?: readonly string[];
  readonly "x-kubernetes-list-type"?: "set";
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-validations"?: readonly CelRule[];
  /** Name of the TypeScript type; not part of the CRD. */
  readonly "x-type"?: string;
}

const keptKeys = new Set([
  "type",
  "description",
  "format",
  "enum",
  "default",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
  "items",
  "properties",
  "additionalProperties",
  "required",
  "x-kubernetes-list-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
  "x-type",
]);

/**
 * Turns a zod schema into a structural node: drops `additionalProperties: false` and the bounds zod adds to every
 * integer, and throws on anything a structural schema cannot say, so that no constraint is lost silently.
 */
export function toStructuralSchema(schema: z.ZodType): StructuralNode {
  return clean(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input" }), "$");
}

function clean(node: unknown, path: string): StructuralNode {
  if (typeof node !== "object" || node === null) throw new Error(`${path}: not a schema node`);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (!keptKeys.has(key)) throw new Error(`${path}: "${key}" has no place in a structural schema`);
    if (isZodNoise(key, value)) continue;
    result[key] = cleanChild(key, value, path);
  }
  return result;
}

function cleanChild(key: string, value: unknown, path: string): unknown {
  if (key === "items" || key === "additionalProperties") return clean(value, `${path}.${key}`);
  if (key === "required" && Array.isArray(value)) return value.map(String).sort();
  // RegExp.source escapes slashes, which means the same and reads worse in a manifest.
  if (key === "pattern" && typeof value === "string") return value.replaceAll("\\/", "/");
  if (key !== "properties") return value;
  const fields = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(fields.map(([name, field]) => [name, clean(field, `${path}.${name}`)]));
}

function isZodNoise(key: string, value: unknown): boolean {
  if (key === "additionalProperties") return value === false;
  return (
    (key === "minimum" && value === Number.MIN_SAFE_INTEGER) || (key === "maximum" && value === Number.MAX_SAFE_INTEGER)
  );
}
