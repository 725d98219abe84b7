import { followedSource } from "../ha/ha-watch.ts";
import type { ClockSource } from "../system/coupled-clock.ts";
import { givenBy } from "./given-time.ts";
import type { NodePtpClock, NodeSystemClock } from "./node-clock.ts";
import type { MachineWorld } from "./node-machine.ts";
import type { MachineTable } from "./node-machines.ts";

/** The clock of the ptp4l of a profile; undefined if it runs none. */
export function instanceOf({ clocks }: Pick<MachineWorld, "clocks">, profile: string): NodePtpClock | undefined {
  return clocks.find((node) => node.kind === "ptp" && node.watched.profile === profile) as NodePtpClock | undefined;
}

/** What a system clock gets its time from now; undefined if nobody here knows. */
export function systemSource(state: MachineWorld & MachineTable, { watched, ha }: NodeSystemClock) {
  if (ha === undefined) return sourceOf(state, watched.profile);
  const followed = followedSource(ha);
  return followed && sourceOf(state, followed.value);
}

/**
 * What the clock of a profile is worth to those who follow it: the telecom clock that it makes, or else its ptp4l. Behind a
 * ptp4l that only gives time, from a ts2phc beside it, is what nobody here knows as long as there is no telecom clock.
 */
export function sourceOf(state: MachineWorld & MachineTable, profile: string): ClockSource | undefined {
  for (const machine of state.machines) {
    const given = machine.profile === profile ? givenBy(machine) : undefined;
    // The holdover of a T-GM is in specification: what follows it is as good as ever.
    if (given !== undefined) return { ...given, passesHoldover: machine.kind !== "t-gm" };
  }
  const node = instanceOf(state, profile);
  // Of a ptp4l that was never seen to run nothing is known: a measurement is the better witness.
  if (node === undefined || (node.clock.status.state === "UNKNOWN" && !node.clock.process.up)) return undefined;
  const runsTs2phc = state.plan.processes.some((each) => each.program === "ts2phc" && each.profile === profile);
  if (runsTs2phc && node.clock.receiverPort === undefined) return undefined;
  return { name: `ptp4l of ${profile}`, status: node.clock.status, passesHoldover: true };
}
