import { eventValues, type EventValue } from "../event-values.ts";
import type { NodeView } from "../node-view.ts";

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
