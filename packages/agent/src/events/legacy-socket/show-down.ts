import type { ShownClock, ShownState } from "./shown-state.ts";

/** Clocks that have nobody to steer them once a program is down. */
const steeredBy: Readonly<Record<string, readonly string[]>> = {
  ptp4l: ["ptp4l", "T-BC"],
  ts2phc: ["ts2phc", "T-BC", "GM"],
  phc2sys: ["phc2sys"],
  chronyd: ["chronyd"],
  synce4l: ["synce4l"],
};

/** What is left of what was shown when a program goes down: states of its clocks, and no measurement. */
export function showDown(shown: ShownState, program: string): ShownState {
  const steered = steeredBy[program] ?? [];
  const clocks = [...shown.clocks].map(([key, clock]) => {
    return [key, steered.includes(clock.process) ? downClock(clock) : clock] as const;
  });
  const { clockClass, ...rest } = shown;
  const isPtp4l = program === "ptp4l";
  return {
    ...rest,
    clocks: new Map(clocks),
    ...(isPtp4l ? { roles: new Map() } : clockClass !== undefined && { clockClass }),
    ...(program === "phc2sys" && { choices: new Map() }),
  };
}

function downClock({ process, interfaceName }: ShownClock): ShownClock {
  return { process, interfaceName, state: "FREERUN" };
}
