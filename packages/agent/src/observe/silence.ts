import type { Ptp4lRound } from "./ptp4l-round.ts";

/** Longer than a busy machine or a round of BMCA keeps a ptp4l from answering. */
const silentAfterMs = 3_000;
const hungAfterMs = 15_000;

/** What a living ptp4l has left unanswered; moments in milliseconds of one monotonic clock. */
export interface Silence {
  /** Since when a round has been less than whole. */
  readonly sinceMs?: number;
  /** Since when it has answered nothing at all. */
  readonly deafSinceMs?: number;
  /** This silence was told. */
  readonly told: boolean;
}

/** It answers, or was not asked yet. */
export const noSilence: Silence = { told: false };

/** What a round makes of a silence. */
export interface SilenceStep {
  readonly silence: Silence;
  /** It is to be told now, once: for how long it has been silent, in words. */
  readonly detail?: string;
  /** It has answered nothing for so long that it does its work no longer either. */
  readonly isHung: boolean;
}

/**
 * Takes in a round. One that has answered before (`ready`) and does so no longer, or follows somebody and does not tell how
 * well, leaves its clock unknown, once: what its lines tell from then on counts. Until then its last words are believed no
 * longer than they would be anyway.
 */
export function stepSilence(
  silence: Silence,
  heard: Ptp4lRound["heard"],
  { ready, nowMs }: { readonly ready: boolean; readonly nowMs: number },
): SilenceStep {
  if (heard === "all") return { silence: noSilence, isHung: false };
  const { sinceMs = nowMs, told } = silence;
  const isTold = ready && !told && nowMs - sinceMs >= silentAfterMs;
  const part = { sinceMs, told: told || isTold };
  const detail = isTold ? { detail: `${failings[heard]} for ${silentAfterMs / 1000} s` } : {};
  if (heard === "no-offset") return { silence: part, ...detail, isHung: false };
  const { deafSinceMs = nowMs } = silence;
  const isHung = nowMs - deafSinceMs > hungAfterMs;
  // Whoever hears of it may do nothing: told again after the same time.
  return { silence: isHung ? part : { ...part, deafSinceMs }, ...detail, isHung };
}

const failings = {
  "no-offset": "ptp4l answers but has not told its offset",
  nothing: "ptp4l lives but has not answered",
} as const;
