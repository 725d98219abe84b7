import { appendFileSync } from "node:fs";
import { guestFolder, measuredName } from "../../../tools/vm/guest-result.ts";
import type { StateChange } from "./state-change.ts";

/** Notes how long after `sinceMs` (of performance.now) the first of the changes came. */
export function tellLatency(what: string, sinceMs: number, [change]: readonly StateChange[]): void {
  if (change === undefined) return;
  const { atMs, clock, to } = change;
  tellMeasured(`${what}: ${clock} ${to} after ${Math.round(atMs - sinceMs)} ms`);
}

/** Notes how long after `sinceMs` (of performance.now) each of the changes came. */
export function tellLatencies(what: string, sinceMs: number, changes: readonly StateChange[]): void {
  for (const change of changes) tellLatency(what, sinceMs, [change]);
}

/** Notes a figure for whoever reads the run. */
export function tellMeasured(text: string): void {
  appendFileSync(`${guestFolder}/${measuredName}`, `${text}\n`);
}
