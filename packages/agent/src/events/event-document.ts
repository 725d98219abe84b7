import type { EventResource, EventValue } from "@ptp/truth";
import { resourceName } from "./resources.ts";

/** One value as it travels: all are text, numbers included. */
export interface WireValue {
  readonly ResourceAddress: string;
  readonly data_type: "notification" | "metric";
  readonly value_type: "enumeration" | "decimal64.3";
  readonly value: string;
}

/** Since when and why; travels only if a consumer asked for it. */
export interface WireDetail {
  readonly ResourceAddress: string;
  readonly since: string;
  readonly cause: readonly string[];
}

/** An event as it is pushed or pulled, its keys in this order. */
export interface EventDocument {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: {
    readonly version: "1.0";
    readonly values: readonly WireValue[];
    readonly details?: readonly WireDetail[];
  };
}

/** `push`: the one shape; `legacy`: that of the existing producer's CurrentState. */
export type WireShape = "push" | "legacy";

/** What an event is made of. */
export interface EventContent {
  readonly id: string;
  readonly nodeName: string;
  readonly resource: EventResource;
  readonly unixMs: number;
  readonly values: readonly EventValue[];
  /** Default `push`. */
  readonly shape?: WireShape;
  /** Default false. */
  readonly withDetails?: boolean;
}

/** Makes the document of an event. */
export function eventDocument(content: EventContent): EventDocument {
  const { id, resource, unixMs, values, shape = "push", withDetails = false } = content;
  const node = nodeAddress(content.nodeName);
  const wire = values.flatMap((value) => wireValues(value, node, shape));
  return envelope(
    { id, resource, unixMs },
    wire,
    withDetails ? values.map((value) => detail(value, node, unixMs)) : [],
  );
}

/** The first answer to a subscription when there is nothing to tell: no clocks at all, or none of this kind. */
export function emptyDocument(content: Omit<EventContent, "values"> & { readonly hasOthers: boolean }): EventDocument {
  const { resource, nodeName, hasOthers } = content;
  const address = `${nodeAddress(nodeName)}/${hasOthers ? "event-not-found" : "ptp-not-set"}`;
  const isMeasured = resource !== "sync-state" && resource !== "synce-lock-state";
  const isState = resource !== "clock-class" && resource !== "synce-clock-quality";
  const values = [...(isState ? [state(address, "FREERUN")] : []), ...(isMeasured ? [metric(address, 0)] : [])];
  return envelope(content, values, []);
}

/** RFC 3339 in UTC, without trailing zeros. */
export function wireTime(unixMs: number): string {
  // Clocks on their way to the right time may say anything; the range of dates is all that has to hold.
  const bounded = Number.isFinite(unixMs) ? Math.min(Math.max(unixMs, 0), 253_402_300_799_999) : 0;
  return new Date(bounded).toISOString().replace(/\.?0*Z$/, "Z");
}

/** Address of a node. */
export function nodeAddress(nodeName: string): string {
  return `/cluster/node/${nodeName}`;
}

function envelope(
  { id, resource, unixMs }: Pick<EventContent, "id" | "resource" | "unixMs">,
  values: readonly WireValue[],
  details: readonly WireDetail[],
): EventDocument {
  const { path, type } = resourceName(resource);
  return {
    specversion: "1.0",
    id,
    source: path,
    type,
    time: wireTime(unixMs),
    data: { version: "1.0", values, ...(details.length > 0 && { details }) },
  };
}

function wireValues(value: EventValue, node: string, shape: WireShape): WireValue[] {
  const address = valueAddress(value, node);
  switch (value.resource) {
    case "sync-state":
    case "synce-lock-state":
      return [state(address, value.state)];
    case "lock-state":
    case "os-clock-sync-state":
      return [state(address, value.state), ...offset(address, value.offsetNs)];
    case "clock-class":
      return [metric(shape === "legacy" ? `${address}/CLOCK_CLASS` : address, value.clockClass)];
    case "gnss-sync-status":
      return [
        state(address, value.state),
        ...offset(address, value.offsetNs),
        metric(`${address}/gpsFix`, value.gpsFix),
      ];
    case "synce-clock-quality": {
      const extended = shape === "legacy" ? `${value.name}/ExtQL` : `${address}/extQl`;
      return [metric(`${address}/Ql`, value.ql), metric(extended, value.extendedQl)];
    }
  }
}

/** Where a value is: the port that a clock belongs to is its `master`. */
function valueAddress(value: EventValue, node: string): string {
  switch (value.resource) {
    case "sync-state":
      return `${node}${resourceName("sync-state").path}`;
    case "lock-state":
    case "clock-class":
    case "gnss-sync-status":
      return `${node}/${value.name}/master`;
    case "os-clock-sync-state":
    case "synce-lock-state":
    case "synce-clock-quality":
      return `${node}/${value.name}`;
  }
}

function detail(value: EventValue, node: string, unixMs: number): WireDetail {
  const since = wireTime(value.sinceUnixMs ?? unixMs);
  return { ResourceAddress: valueAddress(value, node), since, cause: value.cause };
}

function offset(address: string, offsetNs: number | undefined): WireValue[] {
  return offsetNs === undefined ? [] : [metric(address, offsetNs)];
}

function state(address: string, value: string): WireValue {
  return { ResourceAddress: address, data_type: "notification", value_type: "enumeration", value };
}

/** Whole numbers, as ever. */
function metric(address: string, value: number): WireValue {
  return {
    ResourceAddress: address,
    data_type: "metric",
    value_type: "decimal64.3",
    // Adding 0 makes a zero of minus zero.
    value: String(Math.round(value) + 0),
  };
}
