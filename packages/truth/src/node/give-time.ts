import type { Instant } from "@ptp/node";
import { givenBy, placesOf } from "./given-time.ts";
import { stepNodePtpClock } from "./node-clock.ts";
import type { NodeStep } from "./node-state.ts";
import { placed } from "./placed-clock.ts";

/** Tells those ptp4l that give the time of a telecom clock how it is with that clock now. */
export function giveTime(step: NodeStep, now: Instant): NodeStep {
  let { state, changes } = step;
  for (const machine of state.machines) {
    const given = givenBy(machine);
    if (given === undefined) continue;
    for (const place of placesOf(state, machine)) {
      const node = state.clocks[place];
      if (node?.kind !== "ptp" || node.limits.source?.status === given.status) continue;
      const told = { ...node, limits: { ...node.limits, source: given } };
      const after = placed(state, place, stepNodePtpClock(told, [{ kind: "tick" }], now));
      ({ state } = after);
      if (after.changes.length > 0) changes = [...changes, ...after.changes];
    }
  }
  return { ...step, state, changes };
}
