import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createStatusWriter } from "./status-writer.ts";

function countPasses(t: TestContext, longestMs: number) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let passes = 0;
  const store = {
    statusKeys: () => [],
    writeStatus: () => Promise.resolve(),
  } as unknown as Parameters<typeof createStatusWriter>[0]["store"];
  const writer = createStatusWriter({
    store,
    log: silentLogger,
    summarise: () => {
      passes++;
      return { entries: [], names: new Set() };
    },
    coalesceMs: 200,
    longestMs,
    retryMs: 5000,
    failed: () => assert.fail("nothing fails here"),
  });
  return { writer, passes: () => passes };
}

test("a pass waits until changes pause", (t) => {
  const { writer, passes } = countPasses(t, 2000);
  writer.touch();
  for (let change = 0; change < 5; change++) {
    t.mock.timers.tick(150);
    writer.touch();
  }
  t.mock.timers.tick(199);
  assert.equal(passes(), 0);
  t.mock.timers.tick(1);
  assert.equal(passes(), 1);
});

test("changes that do not pause cannot hold a pass up for ever", (t) => {
  const { writer, passes } = countPasses(t, 200);
  writer.touch();
  t.mock.timers.tick(150);
  writer.touch();
  t.mock.timers.tick(50);
  assert.equal(passes(), 1);
});

test("what changed last is written when the writer closes", async (t) => {
  const { writer, passes } = countPasses(t, 2000);
  writer.touch();
  await writer.close();
  assert.equal(passes(), 1);
});
