import assert from "node:assert/strict";
import { test } from "node:test";
import { findPtpSetting, ptpSettings } from "./ptp-settings.ts";

/** Values by key: accepted ones, then refused ones. */
const cases: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  stdoutFilter: [
    ["", "^x", "a|b", "(?i)x", "\\pL"],
    ["(?=x)", "(?<!a)b", "(a)\\1", "[", "a{1001}", "x".repeat(4097)],
  ],
  logReduce: [
    ["", "true", "FALSE", "basic", "enhanced", "enhanced 0", "enhanced 1.5h", "enhanced 1m30s 10 rest", "basic x y"],
    ["yes", "enhanced 30", "enhanced 1 m", "enhanced 1s -1", "enhanced 1s x", "enhanced 1s 9223372036854775808"],
  ],
  haProfiles: [
    ["a", "a,b", "a, \tb", "test_profile_bc1,test-2"],
    ["", "a,", ",a", "a ,b", "a.b", "a b", "ä"],
  ],
  clockType: [
    ["T-GM", "T-BC"],
    ["", "t-bc", "OC", "T-BC "],
  ],
  inSyncConditionTimes: [
    ["0", "12", "4294967295"],
    ["", "-1", "+1", "1.5", "0x1", "4294967296"],
  ],
  inSyncConditionThreshold: [["10"], ["ten"]],
  clockId: [
    ["0", "18446744073709551615", "507c6fffff1fb1b8", "ABCDEF"],
    ["", "-5", "0x1", "18446744073709551616g"],
  ],
  "clockId[ens1f0]": [["5799633565432596414"], ["ffffffffffffffff0"]],
  "clockIdFormat[ens1f0]": [["EUI-48"], []],
  controllingProfile: [["", "anything at all"], []],
  upstreamPort: [["ens1f0,ens1f1"], []],
  leadingInterface: [["ens1f0"], []],
  "dpll.ens1f0.flags": [["7"], ["seven"]],
  "dpll.ens1f0.ignore": [["true"], []],
  "ens1f0.phaseOffsetFilter.123.boardLabel": [["GNSS-1PPS"], []],
};

test("each setting accepts and refuses what it should", async (t) => {
  for (const [key, [accepted, refused]] of Object.entries(cases)) {
    await t.test(key, () => {
      const setting = findPtpSetting(key);
      assert.ok(setting);
      for (const value of accepted) assert.equal(setting.check(value, key), undefined, value);
      for (const value of refused) assert.ok(setting.check(value, key)?.startsWith(key.split(" ")[0] ?? ""), value);
    });
  }
});

test("internal and unknown keys are no settings", () => {
  const phaseOffset = [
    ".phaseOffsetFilter.1.x",
    "a.phaseOffsetFilter.1",
    "a.phaseOffsetFilter..",
    "a.phaseOffsetFilter.1.",
  ];
  for (const key of ["controlledId", "unitTest", "logreduce", "dpll.ignore", "", ...phaseOffset]) {
    assert.equal(findPtpSetting(key), undefined, key);
  }
});

test("a long value is judged in time linear in its length", () => {
  const startMs = performance.now();
  const long = [
    "a,".repeat(500_000),
    "9".repeat(1_000_000),
    "enhanced ".repeat(100_000),
    `enhanced 1s ${"9".repeat(1e6)}`,
  ];
  for (const { name, check } of ptpSettings) {
    for (const value of long) check(value, name);
  }
  // Quadratic time would take minutes.
  assert.ok(performance.now() - startMs < 10_000);
});

test("a long key is judged in time linear in its length", () => {
  const key = `a${".phaseOffsetFilter.x".repeat(50_000)}\n`;
  assert.equal(findPtpSetting(key)?.name, "<interface>.phaseOffsetFilter.<clockId>.<property>");
  assert.equal(findPtpSetting(`dpll${".".repeat(1_000_000)}\n`), undefined);
});

test("no message repeats a long value in full", () => {
  for (const { name, check } of ptpSettings) {
    const long = "~".repeat(100_000);
    for (const value of [long, `enhanced ${long}`, `enhanced 1s ${long}`]) {
      assert.ok((check(value, name)?.length ?? 0) < 500, name);
    }
  }
});
