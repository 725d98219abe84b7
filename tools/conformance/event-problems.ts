import type { Resource } from "./resources.ts";

/** What an event should be about. */
export interface ExpectedEvent {
  readonly nodeName: string;
  readonly resource: Resource;
  /** Accepts what the existing producer does differently. */
  readonly legacy: boolean;
}

/** A value of an event that has the shape of one. */
export interface EventValue {
  readonly ResourceAddress: string;
  readonly data_type: string;
  readonly value_type: string;
  readonly value: string;
}

const envelopeKeys = ["specversion", "id", "source", "type", "time", "data"];
const valueKeys = ["ResourceAddress", "data_type", "value_type", "value"];
const placeholders = ["ptp-not-set", "event-not-found"];
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** RFC 3339 in UTC, at most nanoseconds, no trailing zeros. */
const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$/;

/** All that is wrong with the body of an event; empty: nothing. */
export function eventProblems(body: string, expected: ExpectedEvent): readonly string[] {
  const event = objectOf(body);
  if (event === undefined) return [`the event is not a JSON object: ${body.slice(0, 80)}`];
  const data = isObject(event["data"]) ? event["data"] : {};
  const values = Array.isArray(data["values"]) ? data["values"] : [];
  return [
    ...keyProblems("the event", event, envelopeKeys),
    ...wrong("specversion", event["specversion"], "1.0"),
    ...(matches(event["id"], uuid) ? [] : [`id is ${show(event["id"])}, not a UUID of version 4`]),
    ...wrong("source", event["source"], expected.resource.path),
    ...wrong("type", event["type"], expected.resource.type),
    ...(matches(event["time"], utcTime) ? [] : [`time is ${show(event["time"])}, not RFC 3339 in UTC`]),
    ...keyProblems("data", data, ["version", "values"]),
    ...wrong("data.version", data["version"], "1.0"),
    ...(values.length > 0 ? [] : ["data.values is empty"]),
    ...values.flatMap((value: unknown) => valueProblems(value, expected)),
  ];
}

/** Values of an event without problems. */
export function valuesOf(body: string): readonly EventValue[] {
  const document: { readonly data: { readonly values: readonly EventValue[] } } = JSON.parse(body);
  return document.data.values;
}

/** Whether an event says only that there is nothing to tell. */
export function isPlaceholder(body: string): boolean {
  return valuesOf(body).every(({ ResourceAddress: address }) => placeholders.some((each) => address.endsWith(each)));
}

function valueProblems(value: unknown, { nodeName, resource, legacy }: ExpectedEvent): string[] {
  if (!isObject(value)) return [`a value is ${show(value)}, not an object`];
  const keys = keyProblems("a value", value, valueKeys);
  if (!valueKeys.every((key) => typeof value[key] === "string"))
    return [...keys, `a value has fields that are not text: ${show(value)}`];
  const { ResourceAddress: address, data_type: kind, value_type: form, value: text } = value as Record<string, string>;
  const node = `/cluster/node/${nodeName}/`;
  const path = address?.startsWith(node) === true ? address.slice(node.length) : undefined;
  const isKnownPath = path !== undefined && (placeholders.includes(path) || resource.valuePath.test(path));
  const isWhere = isKnownPath || (legacy && address?.endsWith("/ExtQL") === true);
  const place = isWhere ? [] : [`ResourceAddress ${show(address)} is not one of ${resource.path} of ${nodeName}`];
  return [...keys, ...place, ...contentProblems(`${kind}/${form}`, text ?? "", { nodeName, resource, legacy })];
}

function contentProblems(kind: string, text: string, { resource, legacy }: ExpectedEvent): string[] {
  const states = [...resource.states, ...(resource.states.length > 0 ? ["FREERUN"] : [])];
  if (kind === "notification/enumeration")
    return states.includes(text) ? [] : [`${show(text)} is no state of ${resource.path}`];
  if (kind !== "metric/decimal64.3")
    return [`${show(kind)} is neither notification/enumeration nor metric/decimal64.3`];
  // The existing producer pushes SyncE states as numbers.
  if (legacy && states.includes(text)) return [];
  if (!resource.hasMetric) return [`${resource.path} has no numbers, but ${show(text)} came as one`];
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ? [] : [`${show(text)} is not a decimal number`];
}

function keyProblems(what: string, object: Readonly<Record<string, unknown>>, keys: readonly string[]): string[] {
  const found = Object.keys(object).join();
  return found === keys.join() ? [] : [`${what} has the keys ${found}, not ${keys.join()} in this order`];
}

function wrong(what: string, found: unknown, expected: string): string[] {
  return found === expected ? [] : [`${what} is ${show(found)}, not ${show(expected)}`];
}

function matches(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "absent";
}
