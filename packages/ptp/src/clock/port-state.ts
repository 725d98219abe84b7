/**
 * PTP port states (IEEE 1588-2019 table 20 in the words of 1588g-2022), indexed by code minus one. Code 10 is linuxptp's
 * own: a time transmitter port of the clock that is the grandmaster.
 */
export const portStates = [
  "INITIALIZING",
  "FAULTY",
  "DISABLED",
  "LISTENING",
  "PRE_TIME_TRANSMITTER",
  "TIME_TRANSMITTER",
  "PASSIVE",
  "UNCALIBRATED",
  "TIME_RECEIVER",
  "GRANDMASTER",
] as const;

/** State of a PTP port. */
export type PortState = (typeof portStates)[number];

/** linuxptp's words where they differ from ours. */
const linuxptpWords: Partial<Record<PortState, string>> = {
  PRE_TIME_TRANSMITTER: "PRE_MASTER",
  TIME_TRANSMITTER: "MASTER",
  TIME_RECEIVER: "SLAVE",
  GRANDMASTER: "GRAND_MASTER",
};

const stateByWord: ReadonlyMap<string, PortState> = new Map(
  portStates.flatMap((state) => [
    [state, state],
    [linuxptpPortState(state), state],
  ]),
);

/** The state with wire code `code` (1 to 10), or undefined. */
export function portStateFromCode(code: number): PortState | undefined {
  return portStates[code - 1];
}

/** Wire code of `state`, 1 to 10. */
export function portStateCode(state: PortState): number {
  return portStates.indexOf(state) + 1;
}

/** `state` in linuxptp's spelling (`MASTER`, `SLAVE`, …), for logs, reports and people used to it. */
export function linuxptpPortState(state: PortState): string {
  return linuxptpWords[state] ?? state;
}

/** The state that `word` names, in linuxptp's spelling or ours; undefined for any other word. */
export function parsePortState(word: string): PortState | undefined {
  return stateByWord.get(word);
}

/** Whether a port in `state` gives time to others. */
export function isTransmitting(state: PortState): boolean {
  return state === "TIME_TRANSMITTER" || state === "GRANDMASTER";
}
