import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInLeapList, ntpSOf, utcOffsetAt, type LeapList, type TimeProperties } from "@ptp/ptp";
import { gnssTime } from "../testing/machines.ts";
import { heldUtc } from "./held-utc.ts";

const newYearMs = Date.UTC(2027, 0, 1);
const hourMs = 3_600_000;
const withLeap: LeapList = {
  ...builtInLeapList,
  leapSeconds: [...builtInLeapList.leapSeconds, { ntpS: ntpSOf(newYearMs), taiMinusUtcS: 38 }],
};
const inserted: TimeProperties = { ...gnssTime, leap61: true };

/** What is announced at `atMs` of what was told at `toldMs`, both from New Year on: offset and leap seconds. */
function held(value: TimeProperties, toldMs: number, list: LeapList, atMs: number) {
  const at = { monotonicMs: 0, unixMs: newYearMs + toldMs };
  const nowMs = newYearMs + atMs;
  const { currentUtcOffsetS, leap61, leap59 } = heldUtc(
    { value, at },
    { list, utc: utcOffsetAt(list, nowMs), unixMs: nowMs },
  );
  return [currentUtcOffsetS, leap61, leap59];
}

test("heldUtc: a leap second that the grandmaster told comes at midnight, whether the list has it or not", () => {
  for (const list of [builtInLeapList, withLeap]) {
    assert.deepEqual(held(inserted, -2 * hourMs, list, -1), [37, true, false]);
    assert.deepEqual(held(inserted, -2 * hourMs, list, 0), [38, false, false]);
    assert.deepEqual(held(inserted, -2 * hourMs, list, 30 * hourMs), [38, false, false]);
  }
  assert.deepEqual(held({ ...gnssTime, leap59: true }, -1000, builtInLeapList, 1000), [36, false, false]);
});

test("heldUtc: one that only the list has comes, if both said the same before", () => {
  assert.deepEqual(held(gnssTime, -20 * hourMs, withLeap, -13 * hourMs), [37, false, false]);
  assert.deepEqual(held(gnssTime, -20 * hourMs, withLeap, -hourMs), [37, true, false]);
  assert.deepEqual(held(gnssTime, -20 * hourMs, withLeap, 1), [38, false, false]);
});

test("heldUtc: who was told otherwise than the list has it goes on with what it was told", () => {
  const other = { ...gnssTime, currentUtcOffsetS: 40 };
  assert.deepEqual(held(other, -20 * hourMs, withLeap, 1), [40, false, false]);
  assert.deepEqual(held({ ...other, leap61: true }, -hourMs, withLeap, 1), [41, false, false]);
});

test("heldUtc: what a grandmaster said a moment before its leap second is old a moment after it", () => {
  for (const list of [builtInLeapList, withLeap]) {
    assert.deepEqual(held(inserted, 2000, list, 3000), [38, false, false]);
    assert.deepEqual(held({ ...gnssTime, currentUtcOffsetS: 38 }, 2000, list, 3000), [38, false, false]);
  }
});
