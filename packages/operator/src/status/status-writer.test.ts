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

test("while something more urgent asks the API server few writes are under way, and many when it is over", async () => {
  let isCrowded = true;
  let underWay = 0;
  const widths: number[] = [];
  const store = {
    statusKeys: () => [],
    statusOf: () => undefined,
    writeStatus: async () => {
      widths.push(++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      if (widths.length === 10) isCrowded = false;
      underWay--;
    },
  } as unknown as Parameters<typeof createStatusWriter>[0]["store"];
  const key = (index: number) => ({ kind: "NodePtpDevice", namespace: "ptp", name: `n${index}` }) as const;
  const entries = Array.from({ length: 60 }, (_, index) => ({ key: key(index), status: {} }));
  const writer = createStatusWriter({
    store,
    log: silentLogger,
    summarise: () => ({ entries, names: new Set() }),
    coalesceMs: 200,
    longestMs: 200,
    retryMs: 5000,
    makesWay: () => isCrowded,
    failed: () => assert.fail("nothing fails here"),
  });
  writer.touch();
  await writer.close();
  assert.equal(widths.length, entries.length, "all are written");
  assert.deepEqual([Math.max(...widths.slice(0, 10)), Math.max(...widths)], [2, 16]);
});
