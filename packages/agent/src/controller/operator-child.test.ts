import assert from "node:assert/strict";
import { test } from "node:test";
import { captureLogger } from "@ptp/kit";
import { signalProcess } from "../process/signal-group.ts";
import { eventually } from "../process/testing/fixture.ts";
import { createOperatorChild } from "./operator-child.ts";
import type { OperatorCommand } from "./operator-command.ts";

const env = { PATH: "/usr/bin:/bin" };
const script = (text: string): OperatorCommand => ({ command: ["/bin/sh", "-c", text], env });

function childOf(prepare: () => Promise<OperatorCommand>) {
  const lines: string[] = [];
  const told: string[] = [];
  const child = createOperatorChild({
    prepare,
    sink: { writeLine: (line) => lines.push(line) > 0, flush: () => Promise.resolve() },
    log: captureLogger((_, message) => void told.push(message)),
    random: () => 0,
    stopLimitMs: 1_200,
  });
  return { child, lines, told };
}

const signal = new AbortController().signal;
const endless = "echo up; trap 'exit 0' TERM; while :; do sleep 0.05; done";

test("an operator that cannot be started, or ends, is started again", async () => {
  const { promise: isMended, resolve: mend } = Promise.withResolvers<void>();
  let starts = 0;
  const { child, lines, told } = childOf(async () => {
    starts += 1;
    if (starts === 1) throw new Error("no folder");
    if (starts === 3) await isMended;
    return script(starts === 2 ? "echo gone; exit 3" : endless);
  });
  await child.start(signal);
  await eventually("it has ended and is prepared anew", () => starts === 3);
  assert.equal(child.pid(), undefined);
  mend();
  await eventually("the third runs", () => lines.includes("up"));
  const pid = child.pid();
  assert.ok(pid !== undefined && signalProcess(pid, 0));
  await child.stop();
  assert.deepEqual([child.pid(), signalProcess(pid, 0)], [undefined, false]);
  assert.deepEqual(told, [
    "the operator of this node cannot be started; PTP runs on",
    "the operator of this node was started",
    "the operator of this node has ended and is started again",
    "the operator of this node was started",
  ]);
});

test("one that does not end when it is asked to is killed with all it started", async () => {
  const { child, lines } = childOf(() =>
    Promise.resolve(script("trap '' TERM; echo up; while :; do sleep 0.05; done")),
  );
  await child.start(signal);
  await eventually("it runs", () => lines.includes("up"));
  const pid = child.pid() ?? 0;
  await child.stop();
  assert.equal(signalProcess(pid, 0), false);
});

test("stopped while it is being prepared, it is never started", async () => {
  const { promise, resolve } = Promise.withResolvers<OperatorCommand>();
  const { child, told } = childOf(() => promise);
  await child.start(signal);
  const stopped = child.stop();
  resolve(script(endless));
  await stopped;
  assert.deepEqual([child.pid(), told], [undefined, []]);
});
