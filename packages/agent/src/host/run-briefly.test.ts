import assert from "node:assert/strict";
import { test } from "node:test";
import { readProgramVersion } from "./program-version.ts";
import { runBriefly } from "./run-briefly.ts";

test("a program that does not end is ended, at its limit or at once", async (t) => {
  const run = { path: "/bin/sleep", args: ["100"] };
  const atLimit = await runBriefly({ ...run, limitMs: 100, signal: t.signal });
  assert.deepEqual([atLimit.wasEnded, atLimit.error !== undefined], [true, true]);
  const stopped = new AbortController();
  const running = runBriefly({ ...run, limitMs: 90_000, signal: stopped.signal });
  stopped.abort();
  assert.equal((await running).wasEnded, true);
  assert.equal((await runBriefly({ ...run, limitMs: 90_000, signal: stopped.signal })).wasEnded, true);
});

test("a program that ends by itself was not ended, well or not", async (t) => {
  const run = { path: "/bin/sh", limitMs: 60_000, signal: t.signal };
  assert.deepEqual(await runBriefly({ ...run, args: ["-c", "echo a; echo b >&2"] }), {
    stdout: "a\n",
    stderr: "b\n",
    wasEnded: false,
  });
  const failed = await runBriefly({ ...run, args: ["-c", "echo c >&2; exit 3"] });
  assert.deepEqual([failed.error !== undefined, failed.stderr, failed.wasEnded], [true, "c\n", false]);
});

test("of an agent that stood still beyond the limit, no program is said to tell nothing", async (t) => {
  const reading = readProgramVersion("ptp4l", { path: "/bin/true", limitMs: 20, signal: t.signal });
  // The program has ended well; that its time was over is seen first.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  assert.deepEqual(await reading, { isLate: true });
});
