import type { SyncState } from "@ptp/node";

/** How bad a state is: FREERUN and UNKNOWN alike, then HOLDOVER, then LOCKED. */
const badness: Readonly<Record<SyncState, number>> = { LOCKED: 0, HOLDOVER: 1, UNKNOWN: 2, FREERUN: 2 };

/** A sync state as metrics and REST show it. */
export type OutsideState = Exclude<SyncState, "UNKNOWN">;

/** What is not known is told as FREERUN outside: nobody may take it for good time. */
export function outsideState(state: SyncState): OutsideState {
  return state === "UNKNOWN" ? "FREERUN" : state;
}

/** Worst of the states; undefined of none. Of UNKNOWN and FREERUN the first one stands. */
export function worstOf(states: readonly SyncState[]): SyncState | undefined {
  return states.reduce<SyncState | undefined>(
    (worst, state) => (worst === undefined || badness[state] > badness[worst] ? state : worst),
    undefined,
  );
}
