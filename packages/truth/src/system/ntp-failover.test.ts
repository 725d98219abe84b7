import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../testing/machine-laws.ts";
import { initialNtpFailover, stepNtpFailover, type FailoverObservation } from "./ntp-failover.ts";

const usual = { toleranceMs: 5000, startupDelayMs: 10_000 };

/** The turns of a failover that hears a stable line at some seconds, and the time at every one. */
function turns(isStable: (second: number) => boolean, seconds: number, options = usual): readonly string[] {
  let failover = initialNtpFailover(at(0), options);
  const seen: string[] = [];
  const take = (observation: FailoverObservation, second: number) => {
    const step = stepNtpFailover(failover, observation, options, at(second * 1000));
    ({ failover } = step);
    if (step.change) seen.push(`${second} ${step.change.to}`);
  };
  for (const program of ["chronyd", "phc2sys"] as const) take({ kind: "available", program }, 0);
  for (let second = 1; second <= seconds; second += 1) take({ kind: isStable(second) ? "stable" : "tick" }, second);
  return seen;
}

test("stepNtpFailover: single stable lines lead back from NTP once, not again and again", () => {
  const each12s = (second: number) => second >= 30 && second % 12 === 0;
  assert.deepEqual(turns(each12s, 3600), ["0 gnss", "10 ntp", "36 gnss", "41 ntp"]);
});

test("stepNtpFailover: after a return that did not last, GNSS is taken back when it was good for the tolerance", () => {
  const good = (second: number) => second === 36 || second === 60 || (second >= 100 && second < 200) || second >= 300;
  assert.deepEqual(turns(good, 400), ["0 gnss", "10 ntp", "36 gnss", "41 ntp", "105 gnss", "204 ntp", "300 gnss"]);
});

test("stepNtpFailover: good for the tolerance means without a gap of as much, and for 5 s at least", () => {
  const failed = (second: number) => second === 36;
  const gaps = (second: number) => failed(second) || (second >= 100 && second % 5 === 0);
  assert.deepEqual(turns(gaps, 300).slice(3), ["41 ntp"]);
  const short = { toleranceMs: 1500, startupDelayMs: 2000 };
  const soon = (second: number) => second === 1 || second >= 10;
  assert.deepEqual(turns(soon, 100, short), ["0 gnss", "3 ntp", "15 gnss"]);
});
