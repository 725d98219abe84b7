import { formatNtpDay, ntpSOf } from "./ntp-time.ts";

/** From when on TAI is so many seconds ahead of UTC. */
export interface LeapSecond {
  /** Seconds since 1900. */
  readonly ntpS: number;
  readonly taiMinusUtcS: number;
}

/** A leap second list as IERS, NIST and IETF publish it. */
export interface LeapList {
  /** When it was made, in seconds since 1900. */
  readonly updatedNtpS: number;
  /** From when on nobody vouches for it: ts2phc refuses it from then on. */
  readonly expiresNtpS: number;
  /** In order of time, at least one. */
  readonly leapSeconds: readonly LeapSecond[];
}

/** What a list says at a moment. */
export interface UtcOffset {
  /** TAI minus UTC in seconds. */
  readonly currentUtcOffsetS: number;
  /** A second is inserted, or left out, at the end of this UTC day. */
  readonly leap61: boolean;
  readonly leap59: boolean;
}

/** A leap second is announced as long before it comes. */
export const leapAnnouncementS = 43_200;

/**
 * What the list says at a moment. A clock that is set to before the list was made is not set at all: then the moment the
 * list was made is taken.
 */
export function utcOffsetAt(list: LeapList, unixMs: number): UtcOffset {
  const nowNtpS = Math.max(ntpSOf(unixMs), list.updatedNtpS);
  const current = list.leapSeconds.findLast(({ ntpS }) => ntpS <= nowNtpS) ?? list.leapSeconds[0];
  const currentUtcOffsetS = current?.taiMinusUtcS ?? 0;
  const next = nextLeapSecond(list, unixMs);
  const isAnnounced = next !== undefined && next.ntpS - nowNtpS <= leapAnnouncementS;
  return {
    currentUtcOffsetS,
    leap61: isAnnounced && next.taiMinusUtcS > currentUtcOffsetS,
    leap59: isAnnounced && next.taiMinusUtcS < currentUtcOffsetS,
  };
}

/** The first leap second that is still to come; undefined: none is known. */
export function nextLeapSecond(list: LeapList, unixMs: number): LeapSecond | undefined {
  const nowNtpS = Math.max(ntpSOf(unixMs), list.updatedNtpS);
  return list.leapSeconds.find(({ ntpS }) => ntpS > nowNtpS);
}

/** The last leap second of a list. */
export function lastLeapSecond({ leapSeconds }: LeapList): LeapSecond {
  return leapSeconds.at(-1) ?? { ntpS: 0, taiMinusUtcS: 0 };
}

/** A leap second for people: `38 s from 1 Jan 2027`. */
export function describeLeapSecond({ ntpS, taiMinusUtcS }: LeapSecond): string {
  return `${taiMinusUtcS} s from ${formatNtpDay(ntpS)}`;
}

/** Days since 1900. */
const knownLeaps = [
  26_297, 26_479, 26_663, 27_028, 27_393, 27_758, 28_124, 28_489, 28_854, 29_219, 29_766, 30_131, 30_496, 31_227,
  32_141, 32_872, 33_237, 33_784, 34_149, 34_514, 35_063, 35_610, 36_159, 38_716, 39_812, 41_089, 42_184, 42_734,
];

/** TAI was 10 s ahead of UTC in 1972, when leap seconds began; all so far were inserted. */
const firstTaiMinusUtcS = 10;

/** What was known when this version was made (IERS Bulletin C 70): the list of a node that has no other. */
export const builtInLeapList: LeapList = {
  updatedNtpS: 3_960_835_200,
  expiresNtpS: 3_991_593_600,
  leapSeconds: knownLeaps.map((day, index) => ({ ntpS: day * 86_400, taiMinusUtcS: firstTaiMinusUtcS + index })),
};
