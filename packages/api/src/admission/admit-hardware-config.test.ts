import assert from "node:assert/strict";
import { test } from "node:test";
import { toText } from "../findings/finding.ts";
import type { HardwareConfig, HardwareProfile } from "../gen/types.ts";
import { ptpConfigNamed } from "../testing/ptp-config.ts";
import { admitHardwareConfig } from "./admit-hardware-config.ts";

function hardware(profile: Partial<HardwareProfile>, related: string | undefined = "tbc-tr"): HardwareConfig {
  return {
    apiVersion: "ptp.openshift.io/v2alpha1",
    kind: "HardwareConfig",
    metadata: { name: "h", namespace: "lab" },
    spec: {
      profile: { name: "h", clockChain: { structure: [{ name: "s" }] }, ...profile },
      ...(related === undefined ? {} : { relatedPtpProfileName: related }),
    },
  };
}

test("the rules of the clock chain are errors with the path in the object", () => {
  const { errors } = admitHardwareConfig(hardware({ clockChain: { structure: [] } }));
  assert.deepEqual(errors.map(toText), [
    "spec.profile.clockChain.structure: structure must contain at least one subsystem",
  ]);
});

test("words no agent acts on are warnings", () => {
  const conditions = [
    {
      name: "c",
      triggers: [{ sourceName: "Default on profile (re)load", conditionType: "lokced" }],
      desiredStates: [],
    },
  ];
  const chain = { structure: [{ name: "s" }], behavior: { conditions } };
  const { errors, warnings } = admitHardwareConfig(hardware({ clockType: "TBC", clockChain: chain }));
  assert.deepEqual(errors, []);
  assert.deepEqual(
    warnings.map(({ path, suggestion }) => [path, suggestion]),
    [
      ["spec.profile.clockType", "T-BC"],
      ["spec.profile.clockChain.behavior.conditions[0].triggers[0].conditionType", "locked"],
    ],
  );
});

test("a related profile that does not exist is a warning once the PtpConfigs are known", () => {
  assert.deepEqual(admitHardwareConfig(hardware({})).warnings, []);
  assert.deepEqual(admitHardwareConfig(hardware({}), { ptpConfigs: [ptpConfigNamed("a", ["tbc-tr"])] }).warnings, []);
  const { warnings } = admitHardwareConfig(hardware({}), { ptpConfigs: [ptpConfigNamed("a", ["tbc-tt"])] });
  assert.equal(warnings[0]?.suggestion, "tbc-tt");
  assert.equal(admitHardwareConfig(hardware({}, "")).warnings.length, 1);
});
