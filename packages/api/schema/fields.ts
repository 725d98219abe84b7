import { z } from "zod";

/**
 * The few words all kinds are written in. Each word carries a description, so that `kubectl explain` has an answer for
 * every field, and maps to exactly one structural-schema node.
 */

/** Bounds and default of a whole number; the default is written into the CRD and never makes a field optional by itself. */
export interface WholeNumberOptions {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: number;
}

/** A CEL rule of the API server with the message a user sees when it is broken. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** What an object node may carry beside its fields: the TypeScript name of its type and CEL rules. */
export interface RecordOptions {
  readonly type?: string;
  readonly rules?: readonly CelRule[];
}

/** Free text. */
export function text(description: string): z.ZodString {
  return z.string().meta({ description });
}

/** One of a closed set of words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T, description: string) {
  return z.enum(words).meta({ description });
}

/** A 64-bit signed whole number in the API server; the runtime validator holds it to ±(2^53 − 1). */
export function int64(description: string, options: WholeNumberOptions = {}): z.ZodInt {
  return bounded(options).meta({ description, format: "int64", ...defaultOf(options.default) });
}

/** A whole number without a declared width. */
export function wholeNumber(description: string, options: WholeNumberOptions = {}): z.ZodInt {
  return bounded(options).meta({ description, ...defaultOf(options.default) });
}

/** true or false. */
export function flag(description: string, fallback?: boolean): z.ZodBoolean {
  return z.boolean().meta({ description, ...defaultOf(fallback) });
}

/** An ordered list; server-side apply treats it as atomic. */
export function listOf<T extends z.ZodType>(item: T, description: string): z.ZodArray<T> {
  return z.array(item).meta({ description });
}

/** A list without duplicates whose members server-side apply merges. */
export function setOf<T extends z.ZodType>(item: T, description: string, fallback?: readonly string[]): z.ZodArray<T> {
  return z.array(item).meta({ description, "x-kubernetes-list-type": "set", ...defaultOf(fallback) });
}

/** A map with free keys. */
export function mapOf<T extends z.ZodType>(value: T, description: string) {
  return z.record(z.string(), value).meta({ description });
}

/** Any JSON value; the API server keeps it as it is. */
export function anyJson(description?: string): z.ZodUnknown {
  return z.unknown().meta({
    ...(description === undefined ? {} : { description }),
    "x-kubernetes-preserve-unknown-fields": true,
  });
}

/** An object with declared fields; fields wrapped in {@link maybe} are optional. */
export function record<T extends z.ZodRawShape>(description: string, shape: T, options: RecordOptions = {}) {
  return z.object(shape).meta({
    description,
    ...(options.type === undefined ? {} : { "x-type": options.type }),
    ...(options.rules === undefined ? {} : { "x-kubernetes-validations": [...options.rules] }),
  });
}

/** Marks a field as optional, keeping its description. */
export function maybe<T extends z.ZodType>(field: T): z.ZodOptional<T> {
  return field.optional();
}

function bounded(options: WholeNumberOptions): z.ZodInt {
  let schema = z.int();
  if (options.minimum !== undefined) schema = schema.min(options.minimum);
  if (options.maximum !== undefined) schema = schema.max(options.maximum);
  return schema;
}

function defaultOf(value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { default: value };
}
