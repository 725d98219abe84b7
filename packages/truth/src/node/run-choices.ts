import { keeperByPhase } from "./node-failover.ts";
import type { NodeState } from "./node-state.ts";

/** What was decided here of what runs: a level, so that whoever missed a change acts on it all the same. */
export interface RunChoices {
  /** By profile with `haProfiles` and `enableHA`: the profile whose ptp4l its phc2sys shall follow. */
  readonly sourceByProfile: ReadonlyMap<string, string>;
  /** By profile with NTP failover: the program that shall set the system clock; the other one shall not run. */
  readonly keeperByProfile: ReadonlyMap<string, "phc2sys" | "chronyd">;
}

/** What the node shall run, as far as its clocks decide it. */
export function runChoices({ clocks, machines }: Pick<NodeState, "clocks" | "machines">): RunChoices {
  const sources = clocks.flatMap((node): [string, string][] => {
    const active = node.kind === "system" ? node.ha?.decision?.choice.active.value : undefined;
    return active === undefined ? [] : [[node.watched.profile, active]];
  });
  const keepers = machines.flatMap((machine): [string, "phc2sys" | "chronyd"][] => {
    const keeper = machine.kind === "ntp-failover" ? keeperByPhase[machine.failover.phase] : undefined;
    return keeper === undefined ? [] : [[machine.profile, keeper]];
  });
  return { sourceByProfile: new Map(sources), keeperByProfile: new Map(keepers) };
}
