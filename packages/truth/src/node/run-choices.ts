import type { NodeState } from "./node-state.ts";

/** What was decided here of what runs: a level, so that whoever missed a change acts on it all the same. */
export interface RunChoices {
  /** By profile with `haProfiles` and `enableHA`: the profile whose ptp4l its phc2sys shall follow. */
  readonly sourceByProfile: ReadonlyMap<string, string>;
}

/** What the node shall run, as far as its clocks decide it. */
export function runChoices({ clocks }: Pick<NodeState, "clocks">): RunChoices {
  const sources = clocks.flatMap((node): [string, string][] => {
    const active = node.kind === "system" ? node.ha?.decision?.choice.active.value : undefined;
    return active === undefined ? [] : [[node.watched.profile, active]];
  });
  return { sourceByProfile: new Map(sources) };
}
