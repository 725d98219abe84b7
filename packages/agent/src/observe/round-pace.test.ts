import assert from "node:assert/strict";
import test from "node:test";
import { stepPace, type Pace } from "./round-pace.ts";

/** Plays rounds up to `toMs`, each after the pause of the one before; how many there were and when the last was. */
function play(pace: Pace, isHurried: (nowMs: number) => boolean, fromMs: number, toMs: number) {
  let [after, nowMs, rounds] = [pace, fromMs, 0];
  while (nowMs < toMs) {
    const step = stepPace(after, isHurried(nowMs), nowMs);
    after = step.pace;
    nowMs += step.pauseMs;
    rounds += 1;
  }
  return { pace: after, rounds, nowMs };
}

test("stepPace: five rounds a second while a clock acquires, one as soon as it has", () => {
  assert.equal(play({}, (ms) => ms < 10_000, 0, 20_000).rounds, 50 + 10);
});

test("stepPace: one that never comes to anything is asked once a second after two minutes, and anew after news", () => {
  const waited = play({}, () => true, 0, 120_000);
  assert.equal(waited.rounds, 600);
  const calm = play(waited.pace, () => true, waited.nowMs, 180_000);
  assert.equal(calm.rounds, 60);
  assert.equal(play({}, () => true, calm.nowMs, 181_000).rounds, 5);
});
