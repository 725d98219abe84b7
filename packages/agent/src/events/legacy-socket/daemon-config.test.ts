import assert from "node:assert/strict";
import { test } from "node:test";
import { readDaemonConfigs } from "./daemon-config.ts";

function limitsOf(ptpClockThreshold: object | undefined): readonly number[] {
  const profilesJson = JSON.stringify([{ name: "p1", ...(ptpClockThreshold && { ptpClockThreshold }) }]);
  const configs = new Map([["ptp4l.0.config", "# profile: p1\n[ens1f0]\n"]]);
  const limits = readDaemonConfigs({ profilesJson, configs }).get("ptp4l.0.config")?.limits;
  return [limits?.holdoverMs ?? 0, limits?.maxOffsetNs ?? 0, limits?.minOffsetNs ?? 0];
}

test("thresholds that are absent or make no sense take their defaults (vector C01)", () => {
  assert.deepEqual(limitsOf(undefined), [5_000, 100, -100]);
  // Better than the existing sidecar, for which every negative offset is then out of range.
  assert.deepEqual(limitsOf({ maxOffsetThreshold: 50 }), [5_000, 50, -100]);
  const senseless = { holdOverTimeout: -3, maxOffsetThreshold: -5, minOffsetThreshold: 200 };
  assert.deepEqual(limitsOf(senseless), [5_000, 100, 99]);
});

test("ports, roles and kind of clock are read", () => {
  const profilesJson = JSON.stringify({ name: "t", ts2PhcOpts: "--ts2phc.rh_external_pps 1", phc2sysOpts: "-a" });
  const text = "# profile: t\n[global]\nx 1\n[ens7f0]\nmasterOnly 0\n[ens7f1]\nserverOnly 1\n";
  const config = readDaemonConfigs({ profilesJson, configs: new Map([["ptp4l.0.config", text]]) }).get(
    "ptp4l.0.config",
  );
  assert.deepEqual(config?.interfaces, ["ens7f0", "ens7f1"]);
  assert.deepEqual([...(config?.transmitters ?? [])], [2]);
  assert.deepEqual([config?.isTelecom, config?.hasPhc2sys, config?.profile], [true, true, "t"]);
});

test("files that nobody can read are none", () => {
  const configs = new Map([["ptp4l.0.config", "profile:"]]);
  assert.equal(readDaemonConfigs({ profilesJson: "{", configs }).get("ptp4l.0.config")?.profile, undefined);
});
