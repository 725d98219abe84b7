import { eventValues, type EventValue } from "../event-values.ts";
import type { NodeView } from "../node-view.ts";
import type { NodeChange } from "./node-machine.ts";

/** Event values that were not told before: those that another view shows otherwise, reason and offset aside. */
export function newEvents(before: readonly EventValue[], view: NodeView): readonly EventValue[] {
  const told = new Set(before.map(toldAs));
  return eventValues(view).filter((value) => !told.has(toldAs(value)));
}

function toldAs(value: EventValue): string {
  switch (value.resource) {
    case "sync-state":
      return `${value.resource} ${value.state}`;
    case "lock-state":
    case "os-clock-sync-state":
    case "synce-lock-state":
    case "gnss-sync-status":
      return `${value.resource} ${value.name} ${value.state}`;
    case "clock-class":
      return `${value.resource} ${value.name} ${value.clockClass}`;
    case "synce-clock-quality":
      return `${value.resource} ${value.name} ${value.ql} ${value.extendedQl}`;
  }
}

/**
 * Of the changes of one step the place of the one that an event is told with: the last that is about the same thing, else
 * the last, since the ones before it were never seen from outside.
 */
export function placeOfEvent(event: EventValue, changes: readonly NodeChange[]): number {
  const whole = changes.findLastIndex((change) => isAbout(event, change) && wholes.has(change.clock.process));
  const place = whole === -1 ? changes.findLastIndex((change) => isAbout(event, change)) : whole;
  return place === -1 ? changes.length - 1 : place;
}

function isAbout(event: EventValue, { clock: { process, iface }, of }: NodeChange): boolean {
  switch (event.resource) {
    case "sync-state":
      return false;
    case "lock-state":
      return of === undefined && iface === event.name && !partsOfClocks.has(process);
    case "os-clock-sync-state":
      return of === undefined && iface === event.name;
    case "clock-class":
      return of === "clock-class" && iface === event.name;
    case "gnss-sync-status":
      return process === "gnss" && iface === event.name;
    case "synce-lock-state":
      return of === undefined && process === "synce4l" && event.name.startsWith(`${iface}/`);
    case "synce-clock-quality":
      return of === "quality-level" && iface === event.name;
  }
}

/** Clocks that speak for others with their name. */
const wholes: ReadonlySet<string> = new Set(["T-BC", "GM"]);

/** What may have the name of a clock and is only a part of one. */
const partsOfClocks: ReadonlySet<string> = new Set(["dpll", "gnss", "synce4l"]);
