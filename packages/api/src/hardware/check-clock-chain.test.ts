import assert from "node:assert/strict";
import { test } from "node:test";
import { toText } from "../findings/finding.ts";
import type { ClockChain, Dpll, SourceConfig } from "../gen/types.ts";
import { checkClockChain } from "./check-clock-chain.ts";

function texts(chain: Partial<ClockChain>): readonly string[] {
  return checkClockChain({ structure: [{ name: "s" }], ...chain }, "chain").map(toText);
}

function withDpll(dpll: Dpll): readonly string[] {
  return texts({
    structure: [{ name: "s", dpll }],
    commonDefinitions: { eSyncDefinitions: [{ name: "esync-10-1", eSyncConfig: { transferFrequency: 10_000_000 } }] },
  });
}

function withSource(source: Partial<SourceConfig>): readonly string[] {
  const whole: SourceConfig = { name: "a", subsystem: "s", sourceType: "dpllPhaseLocked", ...source };
  return texts({ behavior: { sources: [whole] } });
}

test("names of subsystems, definitions and sources are given and unique", () => {
  assert.deepEqual(texts({ structure: [{ name: "a" }, { name: "" }, { name: "a" }] }), [
    "chain.structure[1].name: empty subsystem name; give it one",
    'chain.structure[2].name: duplicate subsystem name "a"; rename one',
  ]);
  assert.deepEqual(texts({ commonDefinitions: { refSyncDefinitions: [{ name: "r" }, { name: "r" }] } }), [
    'chain.commonDefinitions.refSyncDefinitions[1].name: duplicate refSync definition name "r"; rename one',
  ]);
  const source = { name: "x", subsystem: "s", sourceType: "dpllPhaseLocked" } as const;
  assert.deepEqual(texts({ behavior: { sources: [source, source] } }), [
    'chain.behavior.sources[1].name: duplicate source name "x"; rename one',
  ]);
});

test("a pin has a frequency or an eSync definition, not both", () => {
  const both = { eSyncConfigName: "esync-10-1", frequency: 1 };
  assert.deepEqual(withDpll({ phaseInputs: { SMA1: both } }), [
    'chain.structure[0].dpll.phaseInputs.SMA1: pin "SMA1" has both frequency and eSyncConfigName; keep one',
  ]);
  assert.deepEqual(withDpll({ phaseInputs: { SMA1: { eSyncConfigName: "esync-10-1" } } }), []);
});

test("an unknown eSync definition gets a suggestion and a readable path", () => {
  const findings = checkClockChain(
    {
      structure: [{ name: "s", dpll: { phaseOutputs: { "REF/1": { eSyncConfigName: "esync-10-2" } } } }],
      commonDefinitions: { eSyncDefinitions: [{ name: "esync-10-1", eSyncConfig: { transferFrequency: 1 } }] },
    },
    "chain",
  );
  assert.equal(findings.length, 1);
  assert.equal(findings[0]?.path, 'chain.structure[0].dpll.phaseOutputs["REF/1"].eSyncConfigName');
  assert.equal(findings[0]?.suggestion, "esync-10-1");
});

test("connectors may be called U.FL1, but not with a blank or a slash", () => {
  for (const connector of ["U.FL1", "SMA1", "REF-SMA_2", ""]) {
    assert.deepEqual(withDpll({ phaseInputs: { P: { connector } } }), [], connector);
  }
  for (const connector of ["SMA 1", "a/b", "ä"]) {
    const [finding, ...rest] = withDpll({ phaseInputs: { P: { connector } } });
    assert.match(finding ?? "", /invalid connector format/);
    assert.deepEqual(rest, []);
  }
});

test("referenceSync joins a frequency input with a phase pin of the same subsystem", () => {
  const phase = { PH1: {} };
  assert.deepEqual(withDpll({ phaseInputs: phase, frequencyInputs: { FR1: { referenceSync: "PH1" } } }), []);
  assert.deepEqual(withDpll({ phaseOutputs: phase, frequencyInputs: { FR1: { referenceSync: "PH1" } } }), []);
  const onOutput = withDpll({ phaseInputs: phase, frequencyOutputs: { FR1: { referenceSync: "PH1" } } });
  assert.match(onOutput[0] ?? "", /on frequency output pin "FR1"/);
  const onPhase = withDpll({ phaseInputs: { PH1: {}, PH2: { referenceSync: "PH1" } } });
  assert.match(onPhase[0] ?? "", /on non-frequency-input pin "PH2"/);
});

test("labels that are names of object members are ordinary labels", () => {
  assert.equal(withDpll({ frequencyInputs: { FR1: { referenceSync: "constructor" } } }).length, 1);
  assert.equal(withDpll({ frequencyOutputs: { toString: { referenceSync: "x" } } }).length, 1);
});

test("sources are complete for their type", () => {
  assert.equal(withSource({ sourceType: "ptpTimeReceiver" }).length, 1);
  assert.deepEqual(withSource({ sourceType: "ptpTimeReceiver", ptpTimeReceivers: ["ens1f0", "ens1f0.100"] }), []);
  assert.equal(withSource({ sourceType: "gnss" }).length, 1);
  const survey = { observationTime: 0, accuracy: 0 };
  assert.deepEqual(withSource({ sourceType: "gnss", gnssConfig: { init: { antennaVoltage: true, survey } } }), []);
  assert.deepEqual(withSource({ subsystem: "" }), [
    "chain.behavior.sources[0].subsystem: subsystem must be specified: name one of structure",
  ]);
});

test("conditions refer to sources and subsystems there are, and to known pin functions", () => {
  const condition = {
    name: "c",
    triggers: [{ sourceName: "PPT", conditionType: "locked" }],
    desiredStates: [
      { dpll: { subsystem: "t" } },
      { dpll: { boardLabel: "SMA1" } },
      { ptpPin: { name: "SMA1", func: "tx", chan: 1 } },
      { ptpPin: { name: "SMA1", func: "out", chan: 1 } },
    ],
  };
  const sources = [{ name: "PTP", subsystem: "s", sourceType: "dpllPhaseLocked" as const }];
  const found = checkClockChain(
    { structure: [{ name: "s" }], behavior: { sources, conditions: [condition] } },
    "chain",
  );
  assert.deepEqual(
    found.map(({ path, suggestion }) => [path, suggestion]),
    [
      ["chain.behavior.conditions[0].triggers[0].sourceName", "PTP"],
      ["chain.behavior.conditions[0].desiredStates[0].dpll.subsystem", undefined],
      ["chain.behavior.conditions[0].desiredStates[3].ptpPin.func", undefined],
    ],
  );
});
