import assert from "node:assert/strict";
import test from "node:test";
import { noSilence, stepSilence } from "./silence.ts";
import type { Ptp4lRound } from "./ptp4l-round.ts";

/** Plays rounds at these seconds; what was told, and when. */
function play(rounds: readonly (readonly [s: number, heard: Ptp4lRound["heard"]])[], ready = true): string[] {
  let silence = noSilence;
  return rounds.flatMap(([s, heard]) => {
    const step = stepSilence(silence, heard, { ready, nowMs: s * 1000 });
    ({ silence } = step);
    return [...(step.detail === undefined ? [] : [`${s}: ${step.detail}`]), ...(step.isHung ? [`${s}: hung`] : [])];
  });
}

/** A round each second from `from` up to `to`. */
function each(heard: Ptp4lRound["heard"], from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, place) => [from + place, heard] as const);
}

test("stepSilence: nothing for 3 s is told once, and for 15 s is a hang, each 15 s anew", () => {
  assert.deepEqual(play([...each("all", 0, 5), ...each("nothing", 6, 40)]), [
    "9: ptp4l lives but has not answered for 3 s",
    "22: hung",
    "39: hung",
  ]);
});

test("stepSilence: one that follows and tells no offset is unknown after 3 s, and never hung", () => {
  assert.deepEqual(play(each("no-offset", 0, 40)), ["3: ptp4l answers but has not told its offset for 3 s"]);
});

test("stepSilence: a whole round ends it, one without an offset only the hang", () => {
  assert.deepEqual(play([...each("nothing", 0, 2), [3, "all"], ...each("nothing", 4, 6)]), []);
  assert.deepEqual(play([...each("nothing", 0, 14), [15, "no-offset"], ...each("nothing", 16, 31)]), [
    "3: ptp4l lives but has not answered for 3 s",
  ]);
  assert.deepEqual(play([...each("no-offset", 0, 2), ...each("nothing", 3, 3)]), [
    "3: ptp4l lives but has not answered for 3 s",
  ]);
});

test("stepSilence: one that has never answered is not known anyway, and may be hung", () => {
  assert.deepEqual(play(each("nothing", 0, 16), false), ["16: hung"]);
});
