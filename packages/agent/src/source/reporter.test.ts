import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "@ptp/kit";
import { eventually } from "../process/testing/fixture.ts";
import { createReporter } from "./reporter.ts";

test("the first report goes at once, changes that come together become one, and none follows a stop", async () => {
  let sent = 0;
  const reporter = createReporter(() => Promise.resolve(void (sent += 1)), 50);
  assert.equal(sent, 1);
  for (let count = 0; count < 10; count += 1) reporter.changed();
  await eventually("the second", () => sent === 2);
  await sleep(80);
  assert.equal(sent, 2);
  reporter.changed();
  reporter.stop();
  reporter.changed();
  await sleep(80);
  assert.equal(sent, 2);
});

test("a peer that does not read gets no second report before it has taken the first, then the newest alone", async (t) => {
  const taken: (() => void)[] = [];
  const reporter = createReporter(() => new Promise((resolve) => taken.push(resolve)), 10);
  t.after(() => reporter.stop());
  for (let count = 0; count < 5; count += 1) {
    reporter.changed();
    await sleep(20);
  }
  assert.equal(taken.length, 1);
  taken[0]?.();
  await eventually("the newest", () => taken.length === 2);
  taken[1]?.();
  await sleep(60);
  assert.equal(taken.length, 2);
});
