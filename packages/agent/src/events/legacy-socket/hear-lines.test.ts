import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { OutsideState } from "@ptp/truth";
import { decideClock } from "./decide-clock.ts";
import { createLineHearer } from "./hear-lines.ts";
import { readDaemonConfigs } from "./daemon-config.ts";

const states: readonly OutsideState[] = ["LOCKED", "HOLDOVER", "FREERUN"];

test("a clock is LOCKED only by a sample in range", () => {
  for (const last of [undefined, ...states])
    for (const reported of states)
      for (const inRange of [true, false])
        assert.equal(
          decideClock(last, { reported, inRange }) === "LOCKED",
          reported === "LOCKED" && inRange,
          `${last} ${reported} ${inRange}`,
        );
});

test("an s0 sample in holdover does not make the end of the holdover silent", () => {
  const configs = readDaemonConfigs({
    profilesJson: JSON.stringify([{ name: "oc1", ptpClockThreshold: { holdOverTimeout: 2 } }]),
    configs: new Map([["ptp4l.0.config", "# profile: oc1\n[global]\n[ens1f0]\nmasterOnly 0\n"]]),
  });
  const hearer = createLineHearer(configs);
  const state = () => hearer.values((name) => name).find(({ resource }) => resource === "lock-state");
  const hear = (text: string, nowMs: number) => hearer.hear(`ptp4l[1.1]: [ptp4l.0.config] ${text}`, nowMs);
  hear("master offset 9 s2 freq -3972 path delay 89", 0);
  hear("port 1 (ens1f0): SLAVE to UNCALIBRATED on SYNCHRONIZATION_FAULT", 0);
  hear("port 1 (ens1f0): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED", 100);
  hear("master offset 9 s0 freq -3972 path delay 89", 200);
  assert.deepEqual(state(), { resource: "lock-state", name: "ens1f0", state: "HOLDOVER", offsetNs: 9, cause: [] });
  assert.equal(hearer.nextTickMs(), 2_000);
  hearer.tick(2_000);
  assert.deepEqual(state(), { resource: "lock-state", name: "ens1f0", state: "FREERUN", offsetNs: 9, cause: [] });
  assert.equal(hearer.nextTickMs(), undefined);
});

test("of clocks that share a name the worst is told, whatever is heard last", () => {
  const files = ["a", "b"].map((name, at) => [`ptp4l.${at}.config`, `# profile: ${name}\n[ens${at}]\n`] as const);
  const hearer = createLineHearer(readDaemonConfigs({ profilesJson: "[]", configs: new Map(files) }));
  const offset = (offsetNs: number) => `master offset ${offsetNs} s2 freq 1 path delay 89`;
  const heard = [offset(500), "CLOCK_CLASS_CHANGE 248", offset(5), "CLOCK_CLASS_CHANGE 6"];
  heard.forEach((text, at) => hearer.hear(`ptp4l[1.1]: [ptp4l.${at < 2 ? 0 : 1}.config] ${text}`, 0));
  assert.deepEqual(
    hearer.values(() => "ensx"),
    [
      { resource: "lock-state", name: "ensx", state: "FREERUN", offsetNs: 500, cause: [] },
      { resource: "clock-class", name: "ensx", clockClass: 248, cause: [] },
      { resource: "sync-state", state: "FREERUN", cause: [] },
    ],
  );
});

test("no line makes it fail", () => {
  const configs = readDaemonConfigs({
    profilesJson: '[{"name":"a"}]',
    configs: new Map([["ptp4l.0.config", "# profile: a\n[e0]\n"]]),
  });
  const words = [
    "ptp4l[1]:",
    "[ptp4l.0.config]",
    "T-GM-STATUS",
    "e0",
    "s2",
    "offset",
    "-1",
    "gnss_status",
    "PTP_PROCESS_STATUS:0",
  ];
  const line = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words), { maxLength: 9 }).map((each) => each.join(" ")),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const hearer = createLineHearer(configs);
      for (const each of lines) hearer.hear(each, 0);
      hearer.values((name) => name);
      const samples = hearer.samples({ nodeName: "n", aliasOf: (name) => name, nowMs: 0 });
      assert.ok(samples.every(({ value }) => Number.isFinite(value)));
    }),
  );
});
