import { clockIfaces } from "../clock-ifaces.ts";
import type { NodeView } from "../node-view.ts";
import type { OverallPart } from "./overall-state.ts";

/**
 * All clocks of a node, as they count for the state of the whole. The ptp4l of a NIC that a system clock with several
 * sources is known not to follow does not count, nor what belongs to it, nor do those of a telecom clock, for which its own
 * state speaks.
 */
export function overallParts(
  view: Pick<NodeView, "ptpClocks" | "systemClocks" | "telecomClocks" | "ts2phcClocks" | "aliasByInterface">,
): readonly OverallPart[] {
  const names = clockIfaces(view);
  const { telecomClocks = [], ts2phcClocks = [], systemClocks } = view;
  const covered = new Set(telecomClocks.flatMap(({ partProfiles }) => partProfiles));
  const choices = systemClocks.flatMap(({ choice }) => [...(choice ?? [])]);
  const followed = new Set(choices.flatMap(([profile, isFollowed]) => (isFollowed ? [profile] : [])));
  const waiting = new Set(choices.flatMap(([profile]) => (followed.has(profile) ? [] : [profile])));
  return [
    ...view.ptpClocks.map(({ profile, clock: { status } }, index) => ({
      name: names[index] ?? "",
      status,
      counts: !covered.has(profile) && !waiting.has(profile),
    })),
    ...telecomClocks.map(({ iface: name, profile, status }) => ({ name, status, counts: !waiting.has(profile) })),
    ...ts2phcClocks.map(({ iface: name, profile, status }) => ({
      name,
      status,
      counts: !covered.has(profile) && !waiting.has(profile),
    })),
    ...systemClocks.map(({ clock: { status } }) => ({ name: "CLOCK_REALTIME", status, counts: true })),
  ];
}
