import type { GnssState, OutsideState } from "@ptp/truth";
import type { DaemonConfig } from "./daemon-config.ts";
import type { PortRole } from "./port-news.ts";
import { shownOfNobody, silentlyShown, type ShownState } from "./shown-state.ts";

/** A clock as far as it was told. */
export interface ToldClock {
  readonly state: OutsideState;
  /** Absent where nothing was measured. */
  readonly offsetNs?: number;
}

/** What one config of the daemon was heard to do. Interfaces are real names. */
export interface ConfigState {
  readonly config: DaemonConfig;
  readonly roles: ReadonlyMap<number, PortRole>;
  /** Clock of the profile, with the interface that gave it time last. */
  readonly main?: ToldClock & { readonly interfaceName: string };
  /** The daemon itself tells the state of the main clock. */
  readonly isTold: boolean;
  /** When holdover ends. */
  readonly holdoverEndMs?: number;
  readonly system?: ToldClock;
  readonly clockClass?: number;
  readonly dpllOffsets: ReadonlyMap<string, number>;
  readonly gnss: ReadonlyMap<
    string,
    { readonly state: GnssState; readonly gpsFix: number; readonly offsetNs?: number }
  >;
  /** By `device/port`. */
  readonly synceStates: ReadonlyMap<string, OutsideState>;
  readonly synceQualities: ReadonlyMap<string, { readonly ql: number; readonly extendedQl: number }>;
  /** The profile that phc2sys takes the time of, as far as it was told. */
  readonly activeProfile?: string;
  /** What metrics show beside it. */
  readonly shown: ShownState;
}

/** A config of which nothing was heard yet. */
export function silentConfig(config: DaemonConfig): ConfigState {
  const roles = config.interfaces.map((_, at) => {
    const role: PortRole = config.transmitters.has(at + 1) ? "other" : "receiver";
    return [at + 1, role] as const;
  });
  const empty = new Map<string, never>();
  return {
    config,
    roles: new Map(roles),
    isTold: false,
    dpllOffsets: empty,
    gnss: empty,
    synceStates: empty,
    synceQualities: empty,
    shown: silentlyShown(config),
  };
}

/** After the daemon went away: what it ran went with it, so nobody steers its clocks or watches them. */
export function abandonedConfig(state: ConfigState): ConfigState {
  const { config, roles, main, isTold, system, gnss, synceStates, shown } = state;
  const empty = new Map<string, never>();
  const nothing = { state: "FAILURE-NOFIX", gpsFix: 0 } as const;
  return {
    config,
    roles,
    isTold,
    ...(main && { main: { interfaceName: main.interfaceName, state: "FREERUN" } }),
    ...(system && { system: { state: "FREERUN" } }),
    dpllOffsets: empty,
    gnss: new Map([...gnss.keys()].map((name) => [name, nothing] as const)),
    synceStates: new Map([...synceStates.keys()].map((name) => [name, "FREERUN"] as const)),
    synceQualities: empty,
    shown: shownOfNobody(shown),
  };
}
