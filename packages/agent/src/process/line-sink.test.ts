import assert from "node:assert/strict";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createLineSink } from "./line-sink.ts";
import { eventually } from "./testing/fixture.ts";

async function sinkTo(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "ptp-sink-"));
  const path = join(folder, "out");
  const file = await open(path, "a");
  t.after(async () => {
    await file.close();
    await rm(folder, { recursive: true });
  });
  return { sink: createLineSink(file.fd), text: () => readFile(path, "utf8") };
}

test("createLineSink: a patient line waits for one that is not, and stays before it", async (t) => {
  const { sink, text } = await sinkTo(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  assert.ok(sink.patient.writeLine("one"));
  assert.ok(sink.patient.writeLine("two"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await text(), "");
  assert.ok(sink.writeLine("three"));
  await sink.flush(1_000);
  assert.equal(await text(), "one\ntwo\nthree\n");
});

test("createLineSink: patient lines are written after their time, and by a flush at once", async (t) => {
  const { sink, text } = await sinkTo(t);
  let seen = "";
  sink.patient.writeLine("one");
  const look = setInterval(() => void text().then((now) => (seen = now)), 10);
  await eventually("it is written", () => seen === "one\n");
  clearInterval(look);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  sink.patient.writeLine("two");
  await sink.patient.flush(1_000);
  assert.equal(await text(), "one\ntwo\n");
});
