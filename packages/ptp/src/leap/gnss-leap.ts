import { describeLeapSecond, lastLeapSecond, type LeapList, type LeapSecond } from "./leap-list.ts";
import { ntpSOf } from "./ntp-time.ts";

/** What a GNSS receiver says of leap seconds (UBX-NAV-TIMELS); numbers as the message has them. */
export interface GnssLeapIndication {
  /** Where `currentLeapS` comes from: 2 GPS, 3 SBAS, 4 BeiDou, 5 Galileo, 6 GLONASS, 7 NavIC; others are no satellites. */
  readonly currentSource: number;
  /** GPS time minus UTC now. */
  readonly currentLeapS: number;
  /** What the next leap second, or the last one, adds: 1, 0 or -1. */
  readonly changeS: number;
  /** Until it comes; negative: since it came. */
  readonly secondsToEvent: number;
  /** Its day: GPS week in full, and day in it from 1, Sunday, at whose end it comes. */
  readonly eventGpsWeek: number;
  readonly eventGpsDay: number;
  /** Bit 0: `currentLeapS` holds; bit 1: `secondsToEvent` holds. */
  readonly valid: number;
}

/** Systems of satellites by the number that receivers give them as a source of leap seconds. */
export const leapSources = { gps: 2, sbas: 3, beidou: 4, galileo: 5, glonass: 6, navic: 7 } as const;

/** What an indication does to a list. */
export type LeapVerdict =
  /** The list says the same, or has it ahead. */
  | { readonly kind: "nothing" }
  /** Not valid, of a source that is not believed, or heard by a clock that is not set: it says nothing of the list. */
  | { readonly kind: "unusable" }
  | { readonly kind: "learned"; readonly leapSecond: LeapSecond }
  /** The receiver contradicts the list by more than one leap second can explain; for people. */
  | { readonly kind: "contradiction"; readonly reason: string };

/** TAI minus GPS time. */
const taiMinusGpsS = 19;
/** 1980-01-06, in seconds since 1900. */
const gpsEpochNtpS = 2_524_953_600;
const dayS = 86_400;
/** GPS tells the week of a leap second in 8 bits: what is further away cannot be told from what is past. */
const maxAheadS = 128 * 7 * dayS;
/** Nobody told when it came: it has come. */
const justNowS = 60;
/** Clock and receiver may differ by so much in how long it is until the next leap second. */
const toleranceS = 60;

/**
 * Judges what a receiver says by the list in force. A leap second that the list already has ahead is waited for.
 *
 * @param allowed sources that are believed.
 */
export function judgeLeapIndication(
  list: LeapList,
  indication: GnssLeapIndication,
  allowed: ReadonlySet<number>,
  unixMs: number,
): LeapVerdict {
  if (!allowed.has(indication.currentSource) || (indication.valid & 3) !== 3) return unusable;
  const last = lastLeapSecond(list);
  const nowNtpS = ntpSOf(unixMs);
  // A clock that is set to before the list was made is not set at all.
  if (nowNtpS < Math.max(last.ntpS, list.updatedNtpS) || !isOnTime(indication, nowNtpS)) return unusable;
  const aheadS = indication.secondsToEvent > 0 ? indication.changeS : 0;
  const taiMinusUtcS = indication.currentLeapS + taiMinusGpsS + aheadS;
  if (taiMinusUtcS === last.taiMinusUtcS) return nothing;
  if (Math.abs(taiMinusUtcS - last.taiMinusUtcS) !== 1) {
    const told = `the GNSS receiver says that TAI minus UTC is or becomes ${taiMinusUtcS} s`;
    const reason = `${told}, the list ends with ${describeLeapSecond(last)}: give the node a newer list`;
    return { kind: "contradiction", reason };
  }
  const ntpS = eventNtpS(indication, nowNtpS);
  if (ntpS <= last.ntpS || ntpS - nowNtpS > maxAheadS) return nothing;
  return { kind: "learned", leapSecond: { ntpS, taiMinusUtcS } };
}

const nothing: LeapVerdict = { kind: "nothing" };
const unusable: LeapVerdict = { kind: "unusable" };

/** A clock that is wrong, as at boot, would take a leap second that is yet to come for one that has passed, for good. */
function isOnTime(indication: GnssLeapIndication, nowNtpS: number): boolean {
  if (indication.changeS === 0) return true;
  const aheadS = eventNtpS(indication, nowNtpS) - nowNtpS;
  return Math.abs(aheadS - indication.secondsToEvent) <= toleranceS;
}

/** Without a change ahead the difference came at an unknown moment before. */
function eventNtpS(
  { changeS, secondsToEvent, eventGpsWeek, eventGpsDay }: GnssLeapIndication,
  nowNtpS: number,
): number {
  if (changeS === 0 && secondsToEvent >= 0) return nowNtpS - justNowS;
  return gpsEpochNtpS + (eventGpsWeek * 7 + eventGpsDay) * dayS;
}

/** The list with a leap second more. */
export function withLeapSecond(list: LeapList, leapSecond: LeapSecond, learnedUnixMs: number): LeapList {
  const updatedNtpS = Math.max(list.updatedNtpS, ntpSOf(learnedUnixMs));
  return { ...list, updatedNtpS, leapSeconds: [...list.leapSeconds, leapSecond] };
}
