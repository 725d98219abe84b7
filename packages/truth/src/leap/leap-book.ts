import type { Instant } from "@ptp/node";
import {
  builtInLeapList,
  describeLeapSecond,
  formatNtpDay,
  judgeLeapIndication,
  lastLeapSecond,
  nextLeapSecond,
  ntpSOf,
  utcOffsetAt,
  withLeapSecond,
  type GnssLeapIndication,
  type LeapList,
  type LeapSecond,
  type UtcOffset,
} from "@ptp/ptp";
import type { Fact } from "../fact.ts";

/** Where a list comes from: what the user gave this node, a file of the node's system, or this program. */
export type LeapOrigin = "config" | "file" | "built-in";

/** How long a list still holds: `expiring` in its last 60 days; with an expired one ts2phc stops. */
export type LeapValidity = "valid" | "expiring" | "expired";

/** Leap seconds that no list has: told by a receiver, or by a list that is gone. */
export interface LearnedLeaps {
  readonly leapSeconds: readonly LeapSecond[];
  /** A list that was made later knows better. */
  readonly atUnixMs: number;
}

/** Everything a node knows of leap seconds. */
export interface LeapBook {
  /** As their publishers made them; the built-in one is always there. */
  readonly listByOrigin: Readonly<Partial<Record<LeapOrigin, LeapList>>>;
  readonly learned: LearnedLeaps;
  /** What programs are given: the list of the best origin, with what was learned. */
  readonly inForce: { readonly origin: LeapOrigin; readonly list: LeapList };
  readonly utc: Fact<UtcOffset>;
  /** The next leap second; absent: none is known. */
  readonly next?: LeapSecond;
  readonly validity: Fact<LeapValidity>;
  /** What a receiver says that cannot be brought together with the list; absent: nothing. */
  readonly contradiction?: string;
}

/** What is heard of leap seconds. */
export type LeapObservation =
  | { readonly kind: "list"; readonly origin: LeapOrigin; readonly list: LeapList }
  | { readonly kind: "no-list"; readonly origin: LeapOrigin }
  | { readonly kind: "indication"; readonly indication: GnssLeapIndication }
  /** What was learned before a restart. */
  | ({ readonly kind: "learned" } & LearnedLeaps)
  | { readonly kind: "tick" };

/** A list is told to expire so many seconds before. */
export const leapExpiryWarningS = 60 * 86_400;

/**
 * 2036-01-01: until then a list that nobody gave this node is taken to hold, as the existing daemon takes it. Its own expiry
 * comes twice a year, and with it every grandmaster that nobody looks after would stop.
 */
export const assumedExpiryNtpS = 4_291_747_200;

const originNames: Readonly<Record<LeapOrigin, string>> = {
  config: "the node's list in leap-configmap",
  file: "the leap second list of the node's system",
  "built-in": "the built-in leap second list",
};

/** A node that was told nothing yet. */
export function initialLeapBook(now: Instant): LeapBook {
  const learned = { leapSeconds: [], atUnixMs: 0 };
  const inForce = listInForce({ "built-in": builtInLeapList }, learned);
  const untold = { since: now, cause: [] };
  const utc = { value: utcOffsetAt(inForce.list, now.unixMs), ...untold };
  const listByOrigin = { "built-in": builtInLeapList };
  return settle({ listByOrigin, learned, inForce, utc, validity: { value: "valid", ...untold } }, now);
}

/**
 * Takes in one observation. Pure.
 *
 * @param allowed sources of a receiver that are believed, by their number.
 */
export function stepLeapBook(
  book: LeapBook,
  observation: LeapObservation,
  allowed: ReadonlySet<number>,
  now: Instant,
): LeapBook {
  switch (observation.kind) {
    case "list":
      return withList(book, observation.origin, observation.list, now);
    case "no-list":
      return withList(book, observation.origin, undefined, now);
    case "indication":
      return takeIndication(book, observation.indication, allowed, now);
    case "learned":
      return withLearned(book, { leapSeconds: observation.leapSeconds, atUnixMs: observation.atUnixMs }, now);
    case "tick":
      return settle(book, now);
  }
}

/** A list that says what it said before changes nothing. */
function withList(book: LeapBook, origin: LeapOrigin, told: LeapList | undefined, now: Instant): LeapBook {
  const list = told ?? (origin === "built-in" ? builtInLeapList : undefined);
  const { [origin]: before, ...others } = book.listByOrigin;
  if (isSameList(before, list)) return settle(book, now);
  return withLists(book, list === undefined ? others : { ...others, [origin]: list }, now);
}

function isSameList(one: LeapList | undefined, other: LeapList | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (
    one.updatedNtpS === other.updatedNtpS &&
    one.expiresNtpS === other.expiresNtpS &&
    one.leapSeconds.length === other.leapSeconds.length &&
    one.leapSeconds.every(({ ntpS, taiMinusUtcS }, place) => {
      const beside = other.leapSeconds[place];
      return ntpS === beside?.ntpS && taiMinusUtcS === beside.taiMinusUtcS;
    })
  );
}

/** A leap second that has passed stays, even if the list that told it is gone: UTC does not go back. */
function withLists(book: LeapBook, listByOrigin: LeapBook["listByOrigin"], now: Instant): LeapBook {
  const { list } = baseOf(listByOrigin);
  const nowNtpS = ntpSOf(now.unixMs);
  const since = Math.max(lastLeapSecond(list).ntpS, list.updatedNtpS);
  const lost = book.inForce.list.leapSeconds.filter(({ ntpS }) => ntpS > since && ntpS <= nowNtpS);
  const known = new Set(lost.map(({ ntpS }) => ntpS));
  const learned =
    lost.length === 0
      ? book.learned
      : {
          leapSeconds: [...lost, ...book.learned.leapSeconds.filter(({ ntpS }) => !known.has(ntpS))],
          atUnixMs: now.unixMs,
        };
  return settle({ ...book, listByOrigin, learned, inForce: listInForce(listByOrigin, learned) }, now);
}

function withLearned(book: LeapBook, learned: LearnedLeaps, now: Instant): LeapBook {
  return settle({ ...book, learned, inForce: listInForce(book.listByOrigin, learned) }, now);
}

function takeIndication(
  book: LeapBook,
  indication: GnssLeapIndication,
  allowed: ReadonlySet<number>,
  now: Instant,
): LeapBook {
  const verdict = judgeLeapIndication(book.inForce.list, indication, allowed, now.unixMs);
  switch (verdict.kind) {
    case "unusable":
      return settle(book, now);
    case "nothing":
      return settle(withoutContradiction(book), now);
    case "contradiction": {
      const { reason: contradiction } = verdict;
      return settle(contradiction === book.contradiction ? book : { ...book, contradiction }, now);
    }
    case "learned": {
      const kept = extraOf(book.inForce, book.listByOrigin);
      const learned = { leapSeconds: [...kept, verdict.leapSecond], atUnixMs: now.unixMs };
      return withLearned(withoutContradiction(book), learned, now);
    }
  }
}

function withoutContradiction(book: LeapBook): LeapBook {
  if (book.contradiction === undefined) return book;
  const { contradiction: _, ...rest } = book;
  return rest;
}

/** What the list in force has beyond its origin's own. */
function extraOf({ list }: LeapBook["inForce"], listByOrigin: LeapBook["listByOrigin"]): readonly LeapSecond[] {
  const last = lastLeapSecond(baseOf(listByOrigin).list);
  return list.leapSeconds.filter(({ ntpS }) => ntpS > last.ntpS);
}

/** What the user gave, as it is; else the newer one of those that came with system and program, taken to hold on. */
function baseOf({ config, file, "built-in": own = builtInLeapList }: LeapBook["listByOrigin"]): LeapBook["inForce"] {
  if (config !== undefined) return { origin: "config", list: config };
  const isFile = file !== undefined && file.updatedNtpS >= own.updatedNtpS;
  const list = isFile ? file : own;
  const expiresNtpS = Math.max(list.expiresNtpS, assumedExpiryNtpS);
  return { origin: isFile ? "file" : "built-in", list: { ...list, expiresNtpS } };
}

function listInForce(listByOrigin: LeapBook["listByOrigin"], learned: LearnedLeaps): LeapBook["inForce"] {
  const { origin, list: base } = baseOf(listByOrigin);
  if (ntpSOf(learned.atUnixMs) <= base.updatedNtpS) return { origin, list: base };
  const list = [...learned.leapSeconds]
    .sort((a, b) => a.ntpS - b.ntpS)
    .reduce(
      (known, leapSecond) => (follows(known, leapSecond) ? withLeapSecond(known, leapSecond, learned.atUnixMs) : known),
      base,
    );
  return { origin, list };
}

function follows(list: LeapList, { ntpS, taiMinusUtcS }: LeapSecond): boolean {
  const last = lastLeapSecond(list);
  return ntpS > last.ntpS && Math.abs(taiMinusUtcS - last.taiMinusUtcS) === 1;
}

/** What time makes of it. The same value if nothing changed. */
function settle(book: LeapBook, now: Instant): LeapBook {
  const utc = settleReason(book.utc, judgeUtc(book, now), isSameUtc, now);
  const validity = settleReason(book.validity, judgeValidity(book, now), Object.is, now);
  const next = nextLeapSecond(book.inForce.list, now.unixMs);
  if (utc === book.utc && validity === book.validity && next === book.next) return book;
  const { next: _, ...rest } = book;
  return { ...rest, utc, validity, ...(next && { next }) };
}

/** The reason is always that of now: another list may say the same as the one before it. */
function settleReason<T>(
  fact: Fact<T>,
  { value, cause }: { readonly value: T; readonly cause: string },
  isSame: (a: T, b: T) => boolean,
  now: Instant,
): Fact<T> {
  const holds = isSame(fact.value, value);
  if (holds && fact.cause[0] === cause) return fact;
  return { value, since: holds ? fact.since : now, cause: [cause] };
}

function isSameUtc(a: UtcOffset, b: UtcOffset): boolean {
  return a.currentUtcOffsetS === b.currentUtcOffsetS && a.leap61 === b.leap61 && a.leap59 === b.leap59;
}

function judgeUtc({ inForce: { list } }: LeapBook, now: Instant) {
  const value = utcOffsetAt(list, now.unixMs);
  const next = nextLeapSecond(list, now.unixMs);
  const isAnnounced = next !== undefined && (value.leap61 || value.leap59);
  const cause = isAnnounced
    ? `a second is ${value.leap61 ? "inserted" : "left out"}: TAI minus UTC is ${describeLeapSecond(next)}`
    : `TAI minus UTC is ${value.currentUtcOffsetS} s`;
  return { value, cause };
}

function judgeValidity({ inForce: { origin, list } }: LeapBook, now: Instant) {
  const leftS = list.expiresNtpS - ntpSOf(now.unixMs);
  const value: LeapValidity = leftS <= 0 ? "expired" : leftS <= leapExpiryWarningS ? "expiring" : "valid";
  const day = formatNtpDay(list.expiresNtpS);
  const words: Readonly<Record<LeapValidity, string>> = {
    valid: `${originNames[origin]} holds until ${day}`,
    expiring: `${originNames[origin]} expires on ${day}, and ts2phc stops then: give the node a newer one`,
    expired: `${originNames[origin]} expired on ${day}, ts2phc takes no time by it: give the node a newer one`,
  };
  return { value, cause: words[value] };
}
