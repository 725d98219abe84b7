import { outsideState, worstOf, type EventValue, type OutsideState } from "@ptp/truth";
import { valueKey } from "../event-board.ts";
import type { ConfigState, ToldClock } from "./daemon-state.ts";

/** Interfaces share a name where they share a clock. */
export type AliasOf = (interfaceName: string) => string;

/** All event values of what was heard, the overall state last. */
export function toldValues(states: readonly ConfigState[], aliasOf: AliasOf): readonly EventValue[] {
  const overall = overallState(states);
  return [
    ...worstOfEachName(states.flatMap((state) => mainValues(state, aliasOf))),
    ...systemValues(states),
    ...worstOfEachName(states.flatMap((state) => otherValues(state, aliasOf))),
    ...(overall === undefined ? [] : [{ resource: "sync-state" as const, state: overall, cause: [] }]),
  ];
}

/** Interfaces of two configs may share a name: a good clock must not hide a bad one. */
function worstOfEachName(values: readonly EventValue[]): readonly EventValue[] {
  const same = Map.groupBy(values, valueKey).values();
  return [...same].flatMap((each) => each.toSorted((a, b) => badness(b) - badness(a)).slice(0, 1));
}

const good: ReadonlySet<string> = new Set(["SYNCHRONIZED", "LOCKED"]);
const middling: ReadonlySet<string> = new Set(["ACQUIRING-SYNC", "HOLDOVER"]);

function badness(value: EventValue): number {
  if (value.resource === "clock-class") return value.clockClass;
  if (value.resource === "synce-clock-quality") return value.ql;
  if (good.has(value.state)) return 0;
  return middling.has(value.state) ? 1 : 2;
}

function mainValues({ main }: ConfigState, aliasOf: AliasOf): readonly EventValue[] {
  if (main === undefined) return [];
  const { interfaceName, ...clock } = main;
  return [{ resource: "lock-state", name: aliasOf(interfaceName), ...clock, cause: [] }];
}

/** One system clock, whoever steers it: the worst that is said of it. */
function systemValues(states: readonly ConfigState[]): readonly EventValue[] {
  const told = states.flatMap(({ system }) => system ?? []);
  const worst = worstOf(told.map(({ state }) => state));
  const clock: ToldClock | undefined = told.find(({ state }) => state === worst);
  return clock === undefined ? [] : [{ resource: "os-clock-sync-state", name: "CLOCK_REALTIME", ...clock, cause: [] }];
}

function otherValues(state: ConfigState, aliasOf: AliasOf): readonly EventValue[] {
  const { clockClass, main, config } = state;
  const clock = main?.interfaceName ?? config.interfaces[0];
  const classes: readonly EventValue[] =
    clockClass === undefined || clock === undefined
      ? []
      : [{ resource: "clock-class", name: aliasOf(clock), clockClass, cause: [] }];
  return [
    ...classes,
    ...[...state.gnss].map(([name, gnss]): EventValue => {
      return { resource: "gnss-sync-status", name: aliasOf(name), ...gnss, cause: [] };
    }),
    ...[...state.synceStates].map(([name, synce]): EventValue => {
      return { resource: "synce-lock-state", name, state: synce, cause: [] };
    }),
    ...[...state.synceQualities].map(([name, quality]): EventValue => {
      return { resource: "synce-clock-quality", name, ...quality, cause: [] };
    }),
  ];
}

/** The worst of what counts: where phc2sys chooses among profiles, those it has not chosen do not. */
function overallState(states: readonly ConfigState[]): OutsideState | undefined {
  const choosing = states.find(({ config }) => config.haProfiles.length > 0);
  const { haProfiles = [] } = choosing?.config ?? {};
  const counts = ({ config: { profile = "" } }: ConfigState): boolean =>
    !haProfiles.includes(profile) || choosing?.activeProfile === undefined || choosing.activeProfile === profile;
  const worst = worstOf(
    states
      .flatMap((state) => [
        ...(state.system ? [state.system] : []),
        ...(state.main && counts(state) ? [state.main] : []),
      ])
      .map(({ state }) => state),
  );
  return worst === undefined ? undefined : outsideState(worst);
}
