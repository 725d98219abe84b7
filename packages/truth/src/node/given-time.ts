import type { GivenTime } from "../ptp-clock.ts";
import type { NodeClock } from "./node-clock.ts";
import type { NodeMachine } from "./node-machines.ts";
import type { NodeState } from "./node-state.ts";
import { givesTimeOf } from "./node-tbc.ts";

/**
 * Those ptp4l that give the time of a telecom clock know how it is with that clock: they are as good as it is. Of a T-GM that
 * is its own ptp4l, of a T-BC those that it controls. Nothing steps: what a new plan made of the limits is no loss.
 */
export function keepGivenTime(state: NodeState): NodeState {
  const sources = new Map<number, GivenTime>();
  for (const machine of state.machines) {
    const given = givenBy(machine);
    if (given !== undefined) for (const place of placesOf(state, machine)) sources.set(place, given);
  }
  if (sources.size === 0) return state;
  const clocks = state.clocks.map((node, place): NodeClock => {
    const source = sources.get(place);
    return node.kind !== "ptp" || source === undefined ? node : { ...node, limits: { ...node.limits, source } };
  });
  return { ...state, clocks };
}

/** What a machine gives to its ptp4l; undefined: it is no clock that gives time. */
export function givenBy(machine: NodeMachine): GivenTime | undefined {
  if (machine.kind === "t-gm") return { name: `the T-GM of ${machine.profile}`, status: machine.clock.status };
  if (machine.kind !== "t-bc" || machine.begun === undefined) return undefined;
  return { name: `the T-BC of ${machine.profile}`, status: machine.begun.clock.status };
}

/** Places of the ptp4l that give the time of that machine. */
export function placesOf({ clocks, profiles }: NodeState, { kind, profile }: NodeMachine): readonly number[] {
  const givers = kind === "t-gm" ? [profile] : givesTimeOf(profile, profiles);
  return clocks.flatMap(({ kind, watched }, place) =>
    kind === "ptp" && givers.includes(watched.profile) ? [place] : [],
  );
}
