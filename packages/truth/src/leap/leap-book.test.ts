import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "@ptp/node";
import {
  builtInLeapList,
  lastLeapSecond,
  leapSources,
  ntpSOf,
  unixMsOfNtp,
  type GnssLeapIndication,
  type LeapList,
} from "@ptp/ptp";
import { allowedLeapSources } from "./allowed-leap-sources.ts";
import { assumedExpiryNtpS, initialLeapBook, stepLeapBook, type LeapBook, type LeapObservation } from "./leap-book.ts";

const allowed = new Set([leapSources.gps]);
const dayMs = 86_400_000;

function at(unixMs: number): Instant {
  return { monotonicMs: unixMs - Date.UTC(2026, 0, 1), unixMs };
}

function play(observations: readonly (readonly [number, LeapObservation])[], startMs: number): LeapBook {
  return observations.reduce(
    (book, [unixMs, observation]) => stepLeapBook(book, observation, allowed, at(unixMs)),
    initialLeapBook(at(startMs)),
  );
}

const todayMs = Date.UTC(2026, 10, 21, 19);
const newYearMs = Date.UTC(2027, 0, 1);
const leap2027 = { ntpS: ntpSOf(newYearMs), taiMinusUtcS: 38 };

/** A list a user gives: made this autumn, for half a year. */
const given: LeapList = {
  ...builtInLeapList,
  updatedNtpS: ntpSOf(Date.UTC(2026, 8, 1)),
  expiresNtpS: ntpSOf(Date.UTC(2027, 5, 28)),
};
const givenWithLeap: LeapList = { ...given, leapSeconds: [...given.leapSeconds, leap2027] };
const tick: LeapObservation = { kind: "tick" };

/** GPS: 18 s now, one more at the end of day 5 of week 2451, which is 2026-12-31. */
const inThreeDays: GnssLeapIndication = {
  currentSource: leapSources.gps,
  currentLeapS: 18,
  changeS: 1,
  secondsToEvent: 3 * 86_400,
  eventGpsWeek: 2451,
  eventGpsDay: 5,
  valid: 3,
};

test("a node that was told nothing keeps the built-in list, taken to hold until 2036", () => {
  const { inForce, utc, validity } = initialLeapBook(at(todayMs));
  assert.equal(inForce.origin, "built-in");
  assert.equal(inForce.list.expiresNtpS, assumedExpiryNtpS);
  assert.deepEqual(utc.value, { currentUtcOffsetS: 37, leap61: false, leap59: false });
  assert.deepEqual(
    [validity.value, validity.cause],
    ["valid", ["the built-in leap second list holds until 1 Jan 2036"]],
  );
});

test("before, during and after an inserted second: each change once, with its reason", () => {
  const start: readonly [number, LeapObservation] = [todayMs, { kind: "list", origin: "config", list: givenWithLeap }];
  const seen: unknown[] = [];
  let book = play([start], todayMs);
  for (let unixMs = newYearMs - dayMs; unixMs <= newYearMs + dayMs; unixMs += 1000) {
    const before = book.utc;
    book = stepLeapBook(book, tick, allowed, at(unixMs));
    if (book.utc !== before)
      seen.push([new Date(unixMs).toISOString(), book.utc.value.currentUtcOffsetS, book.utc.cause]);
  }
  assert.deepEqual(seen, [
    ["2026-12-31T12:00:00.000Z", 37, ["a second is inserted: TAI minus UTC is 38 s from 1 Jan 2027"]],
    ["2027-01-01T00:00:00.000Z", 38, ["TAI minus UTC is 38 s"]],
  ]);
  assert.deepEqual(book.utc.value, { currentUtcOffsetS: 38, leap61: false, leap59: false });
});

test("a user's list is used as it is: it expires, and that is told 60 days before", () => {
  const endMs = unixMsOfNtp(given.expiresNtpS);
  let book = play([[todayMs, { kind: "list", origin: "config", list: given }]], todayMs);
  const since = (offsetMs: number) => {
    book = stepLeapBook(book, tick, allowed, at(endMs + offsetMs));
    return [book.validity.value, book.validity.cause[0]];
  };
  assert.deepEqual(since(-61 * dayMs), ["valid", "the node's list in leap-configmap holds until 28 Jun 2027"]);
  assert.equal(since(-60 * dayMs)[0], "expiring");
  assert.match(
    String(since(-1000)[1]),
    /^the node's list in leap-configmap expires on 28 Jun 2027, and ts2phc stops then/,
  );
  assert.equal(book.validity.since.unixMs, endMs - 60 * dayMs);
  assert.match(
    String(since(0)[1]),
    /^the node's list in leap-configmap expired on 28 Jun 2027.*give the node a newer one$/,
  );
  book = stepLeapBook(
    book,
    { kind: "list", origin: "config", list: { ...given, expiresNtpS: assumedExpiryNtpS } },
    allowed,
    at(endMs),
  );
  assert.equal(book.validity.value, "valid");
});

test("GNSS tells of a leap second in three days: it is in the list at once, and comes", () => {
  const told = newYearMs - 3 * dayMs;
  const book = play([[told, { kind: "indication", indication: inThreeDays }]], told - 1000);
  assert.deepEqual(lastLeapSecond(book.inForce.list), leap2027);
  assert.deepEqual(book.learned, { leapSeconds: [leap2027], atUnixMs: told });
  const again = stepLeapBook(book, { kind: "indication", indication: inThreeDays }, allowed, at(told + 1000));
  assert.equal(again, book);
  assert.equal(stepLeapBook(book, tick, allowed, at(newYearMs)).utc.value.currentUtcOffsetS, 38);
});

test("what was learned outlives a restart, and gives way to a list that was made later", () => {
  const told = newYearMs - 3 * dayMs;
  const { learned } = play([[told, { kind: "indication", indication: inThreeDays }]], told);
  const restarted = play([[told + dayMs, { kind: "learned", ...learned }]], told + dayMs);
  assert.deepEqual(lastLeapSecond(restarted.inForce.list), leap2027);
  const older = stepLeapBook(restarted, { kind: "list", origin: "config", list: given }, allowed, at(told + dayMs));
  assert.deepEqual(lastLeapSecond(older.inForce.list), leap2027);
  const newer = { ...given, updatedNtpS: ntpSOf(told) + 1 };
  const corrected = stepLeapBook(older, { kind: "list", origin: "config", list: newer }, allowed, at(told + dayMs));
  assert.deepEqual(lastLeapSecond(corrected.inForce.list), lastLeapSecond(given));
});

test("a list that goes takes no leap second along that has passed, but one that is still to come", () => {
  const list: LeapObservation = { kind: "list", origin: "config", list: givenWithLeap };
  const gone: LeapObservation = { kind: "no-list", origin: "config" };
  const after = play(
    [
      [todayMs, list],
      [newYearMs + 1000, gone],
    ],
    todayMs,
  );
  assert.deepEqual([after.inForce.origin, after.utc.value.currentUtcOffsetS], ["built-in", 38]);
  const before = play(
    [
      [todayMs, list],
      [newYearMs - 1000, gone],
      [newYearMs + 1000, tick],
    ],
    todayMs,
  );
  assert.deepEqual([before.inForce.origin, before.utc.value.currentUtcOffsetS], ["built-in", 37]);
});

test("the user's list comes first, then the newer one of system and program", () => {
  const older = { ...given, updatedNtpS: builtInLeapList.updatedNtpS - 1 };
  const origin = (lists: readonly LeapObservation[]) =>
    play(
      lists.map((list) => [todayMs, list] as const),
      todayMs,
    ).inForce.origin;
  const file = (list: LeapList): LeapObservation => ({ kind: "list", origin: "file", list });
  assert.equal(origin([file(older)]), "built-in");
  assert.equal(origin([file(given)]), "file");
  assert.equal(origin([file(given), { kind: "list", origin: "config", list: older }]), "config");
});

test("a receiver that contradicts the list is told, and no longer when it does not", () => {
  const wrong = { ...inThreeDays, changeS: 0, currentLeapS: 31 };
  const book = play([[todayMs, { kind: "indication", indication: wrong }]], todayMs);
  assert.match(book.contradiction ?? "", /TAI minus UTC is or becomes 50 s, the list ends with 37 s from 1 Jan 2017/);
  const right = { ...inThreeDays, changeS: 0 };
  assert.equal(
    stepLeapBook(book, { kind: "indication", indication: right }, allowed, at(todayMs)).contradiction,
    undefined,
  );
});

test("a contradiction stays the same book while it is repeated, and whatever somebody says who is not believed", () => {
  const wrong = { ...inThreeDays, changeS: 0, currentLeapS: 31 };
  const book = play([[todayMs, { kind: "indication", indication: wrong }]], todayMs);
  for (const indication of [wrong, { ...wrong, currentSource: 255 }, { ...wrong, valid: 1, currentLeapS: 18 }]) {
    assert.equal(stepLeapBook(book, { kind: "indication", indication }, allowed, at(todayMs)), book);
  }
});

test("a clock a year ahead at boot takes no leap second that is yet to come for one that has come", () => {
  const told = newYearMs - 3 * dayMs;
  const booted = play([[told + 365 * dayMs, { kind: "indication", indication: inThreeDays }]], told + 365 * dayMs);
  assert.deepEqual([booted.utc.value.currentUtcOffsetS, booted.learned.leapSeconds], [37, []]);
  const set = stepLeapBook(booted, { kind: "indication", indication: inThreeDays }, allowed, at(told));
  assert.deepEqual(set.learned, { leapSeconds: [leap2027], atUnixMs: told });
});

test("the same list again, read anew, and one that is still missing are the same book", () => {
  const list: LeapObservation = { kind: "list", origin: "config", list: givenWithLeap };
  const book = play([[todayMs, list]], todayMs);
  const again: LeapObservation = { kind: "list", origin: "config", list: structuredClone(givenWithLeap) };
  assert.equal(stepLeapBook(book, again, allowed, at(todayMs + 1000)), book);
  assert.equal(stepLeapBook(book, { kind: "no-list", origin: "file" }, allowed, at(todayMs + 1000)), book);
  const other: LeapObservation = { kind: "list", origin: "config", list: { ...givenWithLeap, expiresNtpS: 1 } };
  assert.notEqual(stepLeapBook(book, other, allowed, at(todayMs + 1000)), book);
});

test("allowedLeapSources: GPS alone, or what a plugin leaves on", () => {
  const sources = (plugins?: Record<string, unknown>) =>
    [...allowedLeapSources([{ ...(plugins && { plugins: plugins as never }) }])].toSorted((one, other) => one - other);
  assert.deepEqual(sources(), [2]);
  assert.deepEqual(sources({ ntpfailover: {} }), [2]);
  assert.deepEqual(sources({ e810: {} }), [2, 3, 4, 5, 6, 7]);
  assert.deepEqual(
    sources({ e825: { gnss: { leapSources: { gps: false, beidou: true, navic: false } } } }),
    [3, 4, 5, 6],
  );
  assert.deepEqual(sources({ e810: "nonsense", e825: { gnss: null } }), [2, 3, 4, 5, 6, 7]);
});

const lists = fc.constantFrom(given, givenWithLeap, { ...given, updatedNtpS: 1 }, { ...given, expiresNtpS: 1 });
const origins = fc.constantFrom("config", "file", "built-in");
const observations: fc.Arbitrary<LeapObservation> = fc.oneof(
  fc.record({ kind: fc.constant("list" as const), origin: origins, list: lists }),
  fc.record({ kind: fc.constant("no-list" as const), origin: origins }),
  fc.record({
    kind: fc.constant("indication" as const),
    indication: fc.record({
      currentSource: fc.constantFrom(2, 4, 255),
      currentLeapS: fc.constantFrom(17, 18, 19, 100),
      changeS: fc.constantFrom(-1, 0, 1),
      secondsToEvent: fc.constantFrom(-1000, 0, 86_400),
      eventGpsWeek: fc.constantFrom(0, 2138, 2451, 2600),
      eventGpsDay: fc.integer({ min: 0, max: 8 }),
      valid: fc.integer({ min: 0, max: 255 }),
    }),
  }),
  fc.constant(tick),
);

test("whatever is heard: lists in order, steps of one second, UTC never back by itself, nothing changes without cause", () => {
  const steps = fc.array(fc.tuple(observations, fc.constantFrom(0, 1000, dayMs, 40 * dayMs)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      let nowMs = todayMs;
      let book = initialLeapBook(at(nowMs));
      for (const [observation, passedMs] of all) {
        nowMs += passedMs;
        const next = stepLeapBook(book, observation, allowed, at(nowMs));
        assert.deepEqual(next, stepLeapBook(book, observation, allowed, at(nowMs)));
        for (const [index, { ntpS, taiMinusUtcS }] of next.inForce.list.leapSeconds.entries()) {
          const before = next.inForce.list.leapSeconds[index - 1];
          if (before === undefined) continue;
          assert.ok(ntpS > before.ntpS);
          assert.equal(Math.abs(taiMinusUtcS - before.taiMinusUtcS), 1);
        }
        assert.ok(next.utc.cause.length === 1 && next.validity.cause.length === 1);
        assert.equal(next.utc.since.unixMs, isSame(next, book) ? book.utc.since.unixMs : nowMs);
        assert.equal(stepLeapBook(next, tick, allowed, at(nowMs)), next);
        book = next;
      }
    }),
  );
});

function isSame(a: LeapBook, b: LeapBook): boolean {
  return JSON.stringify(a.utc.value) === JSON.stringify(b.utc.value);
}
