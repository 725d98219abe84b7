import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { silentLogger } from "@ptp/kit";
import { parseRecordedInput, type NodeInput } from "@ptp/truth";
import { createInputRing } from "./input-ring.ts";
import { recordingFileName, recordingPart } from "./recording-part.ts";

const at = (ms: number) => ({ unixMs: ms, monotonicMs: ms });
const line = (text: string): NodeInput => ({ source: "line", process: "ptp4l.0", line: text });

test("the ring keeps the last inputs within its size, and no ticks", () => {
  const ring = createInputRing(100_000);
  for (let i = 0; i < 20_000; i++) ring.push(line(`line ${i}`), at(i));
  ring.push({ source: "tick" }, at(20_000));
  ring.push({ source: "management", process: "ptp4l.0", observations: [{ kind: "tick" }] }, at(20_000));
  const inputs = ring
    .text()
    .trimEnd()
    .split("\n")
    .map((each) => parseRecordedInput(each));
  assert.equal(inputs.length, ring.count());
  assert.ok(ring.count() > 400 && ring.count() < 500, `${ring.count()} kept`);
  assert.deepEqual(inputs.at(-1), { at: at(19_999), input: line("line 19999") });
  assert.deepEqual(inputs[0]?.at, at(20_000 - ring.count()));
});

test("a ring without size keeps nothing, and one input larger than the ring does no harm", () => {
  const none = createInputRing(0);
  none.push(line("x"), at(0));
  assert.equal(none.text(), "");
  const small = createInputRing(1_000);
  small.push(line("x".repeat(65_536)), at(0));
  small.push(line("y"), at(1));
  assert.equal(small.count(), 1);
});

test("SIGUSR2 writes the ring for its owner alone, instead of what was there", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "ptp-recording-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, recordingFileName);
  await writeFile(path, "old");
  const ring = createInputRing(10_000);
  ring.push(line("hello"), at(5));
  const signals = new EventEmitter<{ SIGUSR2: [] }>();
  const told = new EventEmitter();
  const log = { ...silentLogger, info: (message: string) => void told.emit("told", message) };
  const part = recordingPart({ ring, stateDirectory: folder, signals, log });
  await part.start(AbortSignal.timeout(10_000));
  const written = once(told, "told");
  signals.emit("SIGUSR2");
  assert.deepEqual(await written, ["recording written"]);
  assert.equal(
    await readFile(path, "utf8"),
    '{"t":0.005,"uptimeMs":5,"source":"line","process":"ptp4l.0","line":"hello"}\n',
  );
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await part.stop();
  assert.equal(signals.listenerCount("SIGUSR2"), 0);
});
