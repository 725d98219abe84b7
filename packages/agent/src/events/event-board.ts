import type { EventResource, EventValue } from "@ptp/truth";
import type { FeedMessage } from "./feed-message.ts";

const timeFix = 3;

/** What of a value is told when it changes; offsets come along, they are no change by themselves. */
export function toldPart(value: EventValue): string {
  switch (value.resource) {
    case "sync-state":
    case "lock-state":
    case "os-clock-sync-state":
    case "synce-lock-state":
      return value.state;
    case "clock-class":
      return String(Math.round(value.clockClass));
    case "gnss-sync-status":
      // From 3 (three dimensions) on each fix gives the time as well: receivers go to and fro between them.
      return `${value.state} ${Math.min(value.gpsFix, timeFix)}`;
    case "synce-clock-quality":
      return `${value.ql} ${value.extendedQl}`;
  }
}

/** Names one thing of one resource. */
export function valueKey(value: EventValue): string {
  return "name" in value ? `${value.resource} ${value.name}` : value.resource;
}

/** The newest state of a node, as it was fed. */
export interface EventBoard {
  /** False until the first snapshot. */
  isFilled(): boolean;
  /** Takes a snapshot; the values whose told part changed, in its order. Nothing changes with the first one. */
  take(message: FeedMessage): readonly EventValue[];
  values(resource: EventResource): readonly EventValue[];
  /** Whether anything at all is known. */
  isEmpty(): boolean;
}

/** Creates an unfilled board. */
export function createEventBoard(): EventBoard {
  let known: ReadonlyMap<string, EventValue> | undefined;
  return {
    isFilled: () => known !== undefined,
    take: (message) => {
      const before = known;
      known = new Map(message.values.map((value) => [valueKey(value), dated(value, before, message.atUnixMs)]));
      return before === undefined ? [] : changes(before, known, message.atUnixMs);
    },
    values: (resource) => [...(known?.values() ?? [])].filter((value) => value.resource === resource),
    isEmpty: () => known === undefined || known.size === 0,
  };
}

/** A value whose time nobody noted holds since it was first seen. */
function dated(value: EventValue, before: ReadonlyMap<string, EventValue> | undefined, atUnixMs: number): EventValue {
  if (value.sinceUnixMs !== undefined) return value;
  const last = before?.get(valueKey(value));
  const isSame = last !== undefined && toldPart(last) === toldPart(value);
  return { ...value, sinceUnixMs: (isSame ? last.sinceUnixMs : undefined) ?? atUnixMs };
}

function changes(
  before: ReadonlyMap<string, EventValue>,
  after: ReadonlyMap<string, EventValue>,
  atUnixMs: number,
): readonly EventValue[] {
  const gone = [...before].flatMap(([key, value]) => (after.has(key) ? [] : lastWord(value, atUnixMs)));
  const changed = [...after].filter(([key, value]) => {
    const last = before.get(key);
    return last === undefined || toldPart(last) !== toldPart(value);
  });
  return [...gone, ...changed.map(([, value]) => value)];
}

/** Nobody may go on to trust a clock that is not configured any more. */
function lastWord(value: EventValue, sinceUnixMs: number): EventValue[] {
  const reason = { sinceUnixMs, cause: ["it is not configured any more"] };
  switch (value.resource) {
    case "sync-state":
      return value.state === "FREERUN" ? [] : [{ resource: value.resource, state: "FREERUN", ...reason }];
    case "lock-state":
    case "os-clock-sync-state":
    case "synce-lock-state":
      if (value.state === "FREERUN") return [];
      return [{ resource: value.resource, name: value.name, state: "FREERUN", ...reason }];
    case "gnss-sync-status":
      if (value.state === "FAILURE-NOFIX") return [];
      return [{ resource: value.resource, name: value.name, state: "FAILURE-NOFIX", gpsFix: 0, ...reason }];
    case "clock-class":
    case "synce-clock-quality":
      return [];
  }
}
