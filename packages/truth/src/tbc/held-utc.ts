import type { Instant } from "@ptp/node";
import { utcOffsetAt, type LeapList, type TimeProperties, type UtcOffset } from "@ptp/ptp";

/** What a grandmaster said of its time scale, and when it last said so. */
export interface ToldTime {
  readonly value: TimeProperties;
  readonly at: Instant;
}

/** What a node knows of leap seconds itself, now. */
export interface OwnUtc {
  readonly list: LeapList;
  readonly utc: UtcOffset;
  readonly unixMs: number;
}

const dayMs = 86_400_000;

/** A leap second reaches the end of a chain of clocks so much later at most. */
const chainLagMs = 10_000;

/**
 * UTC of a clock whose grandmaster is lost, and tells it of no leap second any more: the list's if both said the same when it
 * was lost, else what the grandmaster said, with the leap second that it announced taken at the next midnight.
 */
export function heldUtc(told: ToldTime, { list, utc, unixMs }: OwnUtc): UtcOffset {
  const toldMs = told.at.unixMs;
  const isAgreed = [toldMs, toldMs - chainLagMs].some((each) => agrees(told.value, utcOffsetAt(list, each)));
  if (isAgreed) return utc;
  const { currentUtcOffsetS, leap61, leap59 } = told.value;
  const midnightMs = (Math.floor((toldMs - chainLagMs) / dayMs) + 1) * dayMs;
  if (unixMs < midnightMs) return { currentUtcOffsetS, leap61, leap59 };
  return { currentUtcOffsetS: currentUtcOffsetS + Number(leap61) - Number(leap59), leap61: false, leap59: false };
}

/** A grandmaster may announce a leap second later than a list does, but none that the list does not have. */
function agrees(told: UtcOffset, listed: UtcOffset): boolean {
  if (told.currentUtcOffsetS !== listed.currentUtcOffsetS) return false;
  const isAnnounced = told.leap61 || told.leap59;
  return !isAnnounced || (told.leap61 === listed.leap61 && told.leap59 === listed.leap59);
}
