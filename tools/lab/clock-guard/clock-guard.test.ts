import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { collectLines } from "../line-log.ts";
import { startClockGuard } from "./clock-guard.ts";
import { readClock, writeClock } from "./timex.ts";
import { judgeClock } from "./verdict.ts";

/** 5 ppb in the kernel's unit: within what a lab may write. */
const ourFrequency = 328;

test("the frequency is put back when the guard is closed", async (t) => {
  const verdict = judgeClock();
  if (!verdict.adjustable) return t.skip(`the clock must not be touched here: ${verdict.reason}`);
  const guard = await startClockGuard("auto");
  writeClock({ ...readClock(), frequency: ourFrequency });
  await guard.close();
  assert.notEqual(readClock().frequency, ourFrequency);
});

test("the frequency is put back when the program that was guarded is killed", async (t) => {
  const verdict = judgeClock();
  if (!verdict.adjustable) return t.skip(`the clock must not be touched here: ${verdict.reason}`);
  const guarded = spawn(process.execPath, [
    join(import.meta.dirname, "../testing/guarded-program.ts"),
    String(ourFrequency),
  ]);
  await collectLines([guarded.stdout, guarded.stderr]).waitFor(/^written$/, 10_000);
  guarded.kill("SIGKILL");
  for (let attempt = 0; readClock().frequency === ourFrequency && attempt < 60; attempt++) await sleep(50);
  assert.notEqual(readClock().frequency, ourFrequency);
});

test("two guards at once restore what was there before the first", async (t) => {
  const verdict = judgeClock();
  if (!verdict.adjustable) return t.skip(`the clock must not be touched here: ${verdict.reason}`);
  const first = await startClockGuard("auto");
  writeClock({ ...readClock(), frequency: ourFrequency });
  const second = await startClockGuard("auto");
  await first.close();
  // The second takes over: a third that starts now must learn the settings of before, too.
  await sleep(100);
  writeClock({ ...readClock(), frequency: ourFrequency });
  const third = await startClockGuard("auto");
  await second.close();
  writeClock({ ...readClock(), frequency: ourFrequency });
  await third.close();
  assert.notEqual(readClock().frequency, ourFrequency);
});
