import fc from "fast-check";
import type { Instant } from "@ptp/node";
import { leapSources, ntpSOf, type LeapList } from "@ptp/ptp";
import { at } from "./machine-laws.ts";
import { initialLeapBook, stepLeapBook, type LeapBook, type LeapObservation } from "../leap/leap-book.ts";

const allowed = new Set([leapSources.gps]);

/** What a node knows of leap seconds, as an explored machine. */
export const leapMachine = {
  initial: (now: Instant): LeapBook => initialLeapBook(now),
  step: (book: LeapBook, observation: LeapObservation, now: Instant) => ({
    state: stepLeapBook(book, observation, allowed, now),
  }),
};

const hourS = 3600;
const dayS = 86_400;
/** When the clock of explored machines begins. */
const startNtpS = ntpSOf(at(0).unixMs);

/** A list from before the start, of hours that are explored. */
function list(expiresInS: number, taiMinusUtcS?: number): LeapList {
  const next = taiMinusUtcS === undefined ? [] : [{ ntpS: startNtpS + 15 * hourS, taiMinusUtcS }];
  const leapSeconds = [{ ntpS: startNtpS - dayS, taiMinusUtcS: 37 }, ...next];
  return { updatedNtpS: startNtpS - dayS, expiresNtpS: startNtpS + expiresInS, leapSeconds };
}

/** Lists that end soon, later and much later, with and without a leap second. */
export const leapObservations: fc.Arbitrary<LeapObservation> = fc.oneof(
  { weight: 9, arbitrary: fc.constant({ kind: "tick" } as const) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(list(60 * dayS + 8 * hourS), list(8 * hourS), list(900 * dayS, 38), list(900 * dayS, 36))
      .map((each) => ({ kind: "list", origin: "config", list: each }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "no-list", origin: "config" } as const) },
);

/** What is announced for tonight. */
export function announcementName({ utc: { value } }: LeapBook): string {
  if (value.leap61) return "inserted_tonight";
  return value.leap59 ? "left_out_tonight" : "no_leap_second";
}
