import assert from "node:assert/strict";
import { test } from "node:test";
import { captureLogger, silentLogger } from "./log.ts";
import { runParts, type Part } from "./part.ts";

function recorder(names: readonly string[], events: string[], failing?: string): Part[] {
  return names.map((name) => ({
    name,
    start: async () => {
      events.push(`start ${name}`);
      if (name === failing) throw new Error(`${name} failed`);
    },
    stop: async () => {
      events.push(`stop ${name}`);
    },
  }));
}

test("runParts stops in reverse order on abort", async () => {
  const events: string[] = [];
  const controller = new AbortController();
  const running = runParts(recorder(["a", "b"], events), { signal: controller.signal, log: silentLogger });
  setImmediate(() => controller.abort());
  await running;
  assert.deepEqual(events, ["start a", "start b", "stop b", "stop a"]);
});

test("runParts stops what it started when a part fails", async () => {
  const events: string[] = [];
  const parts = recorder(["a", "b", "c"], events, "b");
  await assert.rejects(runParts(parts, { signal: new AbortController().signal, log: silentLogger }), /b failed/);
  assert.deepEqual(events, ["start a", "start b", "stop b", "stop a"]);
});

test("runParts leaves a part behind that does not stop", async () => {
  const errors: string[] = [];
  const log = captureLogger((_level, message, fields) => errors.push(`${message}: ${fields["part"]}`));
  const stuck: Part = { name: "stuck", start: async () => undefined, stop: () => new Promise(() => undefined) };
  const signal = AbortSignal.abort();
  await runParts([stuck], { signal, log, stopLimitMs: 10 });
  assert.deepEqual(errors, [], "an aborted run starts nothing");
  const controller = new AbortController();
  const running = runParts([stuck], { signal: controller.signal, log, stopLimitMs: 10 });
  setImmediate(() => controller.abort());
  await running;
  assert.deepEqual(errors, ["part did not stop in time and is left behind: stuck"]);
});
