import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeLeapIndication, leapSources, type GnssLeapIndication } from "./gnss-leap.ts";
import { builtInLeapList, type LeapList } from "./leap-list.ts";
import { ntpSOf } from "./ntp-time.ts";

const newYearMs = Date.UTC(2027, 0, 1);
const dayMs = 86_400_000;
const leap2027 = { ntpS: ntpSOf(newYearMs), taiMinusUtcS: 38 };

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

function judge(change: Partial<GnssLeapIndication>, unixMs: number, list: LeapList = builtInLeapList) {
  return judgeLeapIndication(list, { ...inThreeDays, ...change }, new Set([leapSources.gps]), unixMs);
}

test("judgeLeapIndication: a change ahead is learned by a clock that agrees with the receiver how far ahead it is", () => {
  const told = newYearMs - 3 * dayMs;
  for (const errorMs of [0, 60_000, -60_000]) {
    assert.deepEqual(judge({}, told + errorMs), { kind: "learned", leapSecond: leap2027 });
  }
  for (const errorMs of [61_000, -61_000, 365 * dayMs, -365 * dayMs]) {
    assert.deepEqual(judge({}, told + errorMs), { kind: "unusable" }, `${errorMs} ms`);
  }
});

test("judgeLeapIndication: a change that has come is in the difference of now already", () => {
  const since = newYearMs + 1000;
  const come = { currentLeapS: 19, secondsToEvent: -1 };
  assert.deepEqual(judge(come, since), { kind: "learned", leapSecond: leap2027 });
  const known = { ...builtInLeapList, leapSeconds: [...builtInLeapList.leapSeconds, leap2027] };
  assert.deepEqual(judge(come, since, known), { kind: "nothing" });
});

test("judgeLeapIndication: what cannot be used is told from what says nothing new", () => {
  const told = newYearMs - 3 * dayMs;
  assert.equal(judge({ changeS: 0 }, told).kind, "nothing");
  assert.equal(judge({ valid: 1 }, told).kind, "unusable");
  assert.equal(judge({ currentSource: 255 }, told).kind, "unusable");
  assert.equal(judge({ changeS: 0 }, 0).kind, "unusable", "a clock that is not set");
  assert.equal(judge({ currentLeapS: 25 }, told).kind, "contradiction");
});
