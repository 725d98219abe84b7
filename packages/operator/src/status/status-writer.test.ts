import { captureLogger, silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { keyText } from "../store/object-key.ts";
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
      return { entries: [], names: new Set(), failures: [] };
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
    summarise: () => ({ entries, names: new Set(), failures: [] }),
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

test("what cannot be worked out is told, tried again later, and keeps nobody else from a status", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const written: string[] = [];
  const lines: string[] = [];
  let failed = 0;
  let passes = 0;
  const key = (name: string) => ({ kind: "NodePtpDevice", namespace: "ptp", name }) as const;
  const store = {
    statusKeys: () => [key("bad")],
    statusOf: () => undefined,
    writeStatus: ({ name }: { readonly name: string }) => Promise.resolve(void written.push(name)),
  } as unknown as Parameters<typeof createStatusWriter>[0]["store"];
  const writer = createStatusWriter({
    store,
    log: captureLogger((_level, message, fields) => void lines.push(`${message}: ${String(fields["error"])}`)),
    summarise: () => {
      passes++;
      if (passes > 1) throw new Error("everything is odd");
      const names = new Set([keyText(key("bad")), keyText(key("good"))]);
      const failures = [{ key: key("bad"), error: new RangeError("Invalid time value") }];
      return { entries: [{ key: key("good"), status: {} }], names, failures };
    },
    coalesceMs: 200,
    longestMs: 200,
    retryMs: 5000,
    failed: () => void failed++,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  writer.touch();
  t.mock.timers.tick(200);
  await settle();
  assert.deepEqual([written, failed, passes], [["good"], 1, 1]);
  t.mock.timers.tick(4999);
  assert.equal(passes, 1);
  t.mock.timers.tick(1);
  await settle();
  assert.deepEqual([failed, passes], [2, 2]);
  await writer.close();
  assert.deepEqual(lines.slice(0, 2), [
    "status not worked out: Invalid time value",
    "no status worked out: everything is odd",
  ]);
  assert.deepEqual([failed, passes], [3, 3]);
});

/** A store that refuses some objects for good, and a writer whose passes a test lets come one by one. */
function refuseSome(t: TestContext, refused: number, others: number, isCrowded = false) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const written = new Set<string>();
  let attempts = 0;
  const key = (name: string) => ({ kind: "NodePtpDevice", namespace: "ptp", name }) as const;
  const named = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => key(`${prefix}${at}`));
  const entries = [...named("refused", refused), ...named("other", others)].map((each) => ({ key: each, status: {} }));
  const writer = createStatusWriter({
    store: {
      statusKeys: () => [],
      statusOf: () => undefined,
      holds: ({ name }) => written.has(name),
      writeStatus: async ({ name }) => {
        attempts++;
        if (name.startsWith("refused")) throw new Error("no");
        written.add(name);
      },
    },
    log: silentLogger,
    summarise: () => ({ entries, names: new Set(entries.map((entry) => keyText(entry.key))), failures: [] }),
    coalesceMs: 200,
    longestMs: 200,
    retryMs: 5000,
    makesWay: () => isCrowded,
    failed: () => {},
  });
  const pass = async (): Promise<void> => {
    t.mock.timers.tick(5000);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { writer, pass, written, attempts: () => attempts };
}

for (const isCrowded of [false, true]) {
  test(`objects refused for good keep no others from their status${isCrowded ? ", also while others go first" : ""}`, async (t) => {
    const { writer, pass, written } = refuseSome(t, 20, 100, isCrowded);
    writer.touch();
    for (let count = 0; count < 8; count++) await pass();
    assert.equal(written.size, 100);
    await writer.close();
  });
}

test("beside an object that is refused the others are written as soon as ever; it is tried now and then", async (t) => {
  const { nowMs, goOn } = virtualTime(t);
  const key = (name: string) => ({ kind: "NodePtpDevice", namespace: "ptp", name }) as const;
  const told: string[] = [];
  let version = 0;
  const writer = createStatusWriter({
    store: {
      statusKeys: () => [],
      statusOf: () => undefined,
      writeStatus: async ({ name }, status) => {
        told.push(`${nowMs()} ${name} ${String(status?.["version"])}`);
        if (name === "refused") throw new Error("no");
      },
    },
    log: silentLogger,
    summarise: () => {
      const entries = [key("refused"), key("good")].map((each) => ({ key: each, status: { version } }));
      return { entries, names: new Set(entries.map((entry) => keyText(entry.key))), failures: [] };
    },
    coalesceMs: 200,
    longestMs: 200,
    retryMs: 5000,
    failed: () => {},
  });
  for (version = 1; version <= 3; version++) {
    writer.touch();
    await goOn(200);
  }
  await goOn(4600);
  const late = ["5200 good 4", "5200 refused 4"];
  assert.deepEqual(told, ["200 refused 1", "200 good 1", "400 good 2", "600 good 3", ...late]);
  await writer.close();
  assert.equal(told.at(-2), "5200 refused 4", "the last pass leaves nothing out");
});

test("beside a status that cannot be worked out the others are written as soon as ever; it is told now and then", async (t) => {
  const { nowMs, goOn } = virtualTime(t);
  const key = (name: string) => ({ kind: "NodePtpDevice", namespace: "ptp", name }) as const;
  const names = new Set([keyText(key("odd")), keyText(key("good"))]);
  const written: number[] = [];
  const told: number[] = [];
  const writer = createStatusWriter({
    store: { statusKeys: () => [], statusOf: () => undefined, writeStatus: async () => void written.push(nowMs()) },
    log: captureLogger(() => void told.push(nowMs())),
    summarise: () => {
      const failures = [{ key: key("odd"), error: new RangeError("Invalid time value") }];
      return { entries: [{ key: key("good"), status: {} }], names, failures };
    },
    coalesceMs: 200,
    longestMs: 200,
    retryMs: 5000,
    failed: () => {},
  });
  for (let count = 0; count < 3; count++) {
    writer.touch();
    await goOn(200);
  }
  await goOn(5000);
  assert.deepEqual(
    [written, told],
    [
      [200, 400, 600, 5600],
      [200, 5600],
    ],
  );
  await writer.close();
});

test("of a target that is away little is asked in a pass", async (t) => {
  const { writer, pass, attempts } = refuseSome(t, 1000, 0);
  writer.touch();
  await pass();
  const first = attempts();
  assert.ok(first < 25, `${first} writes`);
  await pass();
  assert.ok(attempts() - first < 25, `${attempts() - first} writes`);
  await writer.close();
});

/** Timers and the clock of passes, which stand still until they are told to go on. */
function virtualTime(t: TestContext) {
  let nowMs = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => nowMs);
  const goOn = async (milliseconds: number): Promise<void> => {
    nowMs += milliseconds;
    t.mock.timers.tick(milliseconds);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { nowMs: () => nowMs, goOn };
}
