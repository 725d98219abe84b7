import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createSimulatedReadings } from "./simulated-readings.ts";
import type { HardwareReading } from "./readings-port.ts";

test("createSimulatedReadings tells readings of several writers and passes over what is none", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "readings-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "fifo");
  execFileSync("mkfifo", [path]);
  const readings: HardwareReading[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const port = createSimulatedReadings(path);
  port.open((reading) => {
    readings.push(reading);
    if (readings.length === 3) resolve();
  });
  t.after(() => port.close());
  const status = { kind: "gnss-status", interfaceName: "ens1", fix: 3, offsetNs: 5, state: "s2" };
  const line = JSON.stringify({ t: 0, source: "gnss", process: "gpsd.0", status });
  appendFileSync(path, `${line}\nnonsense\n${"x".repeat(9_000)}\n{"t":0,"source":"tick"}\n${line.slice(0, 20)}`);
  appendFileSync(path, `${line.slice(20)}\n`);
  const indication = {
    currentSource: 2,
    currentLeapS: 18,
    changeS: 1,
    secondsToEvent: 9,
    eventGpsWeek: 2451,
    eventGpsDay: 5,
    valid: 3,
  };
  const observations = [
    { kind: "no-list", origin: "config" },
    { kind: "indication", indication },
  ];
  for (const observation of observations)
    appendFileSync(path, `${JSON.stringify({ t: 0, source: "leap", observation })}\n`);
  await enough;
  assert.deepEqual(readings, [
    { source: "gnss", process: "gpsd.0", status },
    { source: "gnss", process: "gpsd.0", status },
    { source: "leap", observation: { kind: "indication", indication } },
  ]);
});

test("createSimulatedReadings: no file, no readings", () => {
  assert.throws(() => createSimulatedReadings("/nowhere/fifo").open(() => undefined), /ENOENT/);
});
