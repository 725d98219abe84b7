import assert from "node:assert/strict";
import { test } from "node:test";
import { quickestAnswerMs } from "./quickest-answer.ts";

/** What three answers that take so long come to, and how many were asked for. */
async function ask(...tookMs: readonly number[]): Promise<{ readonly quickestMs: number; readonly asked: number }> {
  let asked = 0;
  const quickestMs = await quickestAnswerMs(1_000, () => Promise.resolve({ tookMs: tookMs[asked++] ?? Number.NaN }));
  return { quickestMs, asked };
}

test("quickestAnswerMs asks until an answer comes in time, three times at most", async () => {
  assert.deepEqual(await ask(20), { quickestMs: 20, asked: 1 });
  assert.deepEqual(await ask(1_237, 30.4), { quickestMs: 30, asked: 2 });
  assert.deepEqual(await ask(2_010, 2_003, 2_005), { quickestMs: 2_003, asked: 3 });
});
