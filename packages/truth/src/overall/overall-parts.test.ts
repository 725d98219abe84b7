import assert from "node:assert/strict";
import { test } from "node:test";
import { initialPtpClock } from "../ptp-clock.ts";
import { initialSampledClock } from "../sampled-clock.ts";
import { initialSyncStatus } from "../sync-machine.ts";
import { at } from "../testing/machine-laws.ts";
import { overallParts } from "./overall-parts.ts";

test("overallParts: nothing of a source that waits for its turn counts, its ts2phc included", () => {
  const ptp = (profile: string, name: string) => {
    return { profile, configName: `${profile}.config`, interfaces: [name], clock: initialPtpClock(at(0)) };
  };
  const ts2phc = (profile: string, iface: string) => {
    return { profile, configName: "", iface, status: initialSyncStatus(at(0), "not yet") };
  };
  const system = {
    program: "phc2sys" as const,
    profile: "ha",
    configName: "phc2sys.0.config",
    clock: initialSampledClock(at(0), "phc2sys"),
    choice: new Map([
      ["bc1", true],
      ["bc2", false],
    ]),
  };
  const parts = overallParts({
    ptpClocks: [ptp("bc1", "ens1f0"), ptp("bc2", "ens2f0")],
    systemClocks: [system],
    ts2phcClocks: [ts2phc("bc1", "ens1f1"), ts2phc("bc2", "ens2f1")],
    aliasByInterface: {},
  });
  assert.deepEqual(
    parts.map(({ counts }) => counts),
    [true, false, true, false, true],
  );
});
