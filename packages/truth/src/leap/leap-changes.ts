import type { Instant } from "@ptp/node";
import type { UtcOffset } from "@ptp/ptp";
import type { NodeChange } from "../node/node-machine.ts";
import type { WatchedPlan } from "../node/watched-plan.ts";
import type { LeapBook } from "./leap-book.ts";

/**
 * What is another of leap seconds, as changes of the ts2phc that reads the list, of several of the first: how long the list
 * holds, and the offset with its announcement. None on a node without one.
 */
export function leapChanges(
  before: LeapBook,
  after: LeapBook,
  { processes }: Pick<WatchedPlan, "processes">,
  at: Instant,
): readonly NodeChange[] {
  const reader = processes.find(({ program }) => program === "ts2phc");
  if (before === after || reader === undefined) return [];
  const { profile, configName: config } = reader;
  const clock = { process: "ts2phc", profile, config, iface: "" };
  const change = (of: "leap-list" | "utc-offset", from: string, to: string, cause: readonly string[]) =>
    from === to ? [] : [{ clock, of, from, to, at, cause }];
  return [
    ...change("leap-list", before.validity.value, after.validity.value, after.validity.cause),
    ...change("utc-offset", textOf(before.utc.value), textOf(after.utc.value), after.utc.cause),
  ];
}

/** Such as `37`, or `37 leap61` on the day at whose end a second is inserted. */
function textOf({ currentUtcOffsetS, leap61, leap59 }: UtcOffset): string {
  return `${currentUtcOffsetS}${leap61 ? " leap61" : ""}${leap59 ? " leap59" : ""}`;
}
