/** Pause after a round of a clock that is as it was. */
export const calmMs = 1_000;
/** Pause after a round of a clock that wants measurements: six requests a round, so thirty a second at most. */
export const hurriedMs = 200;
/** Twice what a T-BC needs whose grandmaster sends one Sync a second: whoever takes longer does not wait for rounds. */
const hurriedForMs = 120_000;

/** How long rounds have been close together: since that moment of a monotonic clock; absent: they are not. */
export interface Pace {
  readonly hurriedSinceMs?: number;
}

/**
 * The pause after a round. Rounds are close together while `isHurried`, for two minutes at most: who has not come to
 * anything by then waits for something that will be news, and news (an empty pace) hurries anew.
 */
export function stepPace(
  pace: Pace,
  isHurried: boolean,
  nowMs: number,
): { readonly pace: Pace; readonly pauseMs: number } {
  if (!isHurried) return { pace: {}, pauseMs: calmMs };
  const { hurriedSinceMs = nowMs } = pace;
  return { pace: { hurriedSinceMs }, pauseMs: nowMs - hurriedSinceMs < hurriedForMs ? hurriedMs : calmMs };
}
