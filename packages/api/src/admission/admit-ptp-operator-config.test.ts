import assert from "node:assert/strict";
import { test } from "node:test";
import { toText } from "../findings/finding.ts";
import type { PtpOperatorConfig, PtpOperatorConfigSpec } from "../gen/types.ts";
import { admitPtpOperatorConfig } from "./admit-ptp-operator-config.ts";

function config(spec: Partial<PtpOperatorConfigSpec>, name = "default"): PtpOperatorConfig {
  const whole = { daemonNodeSelector: {}, ...spec };
  return { apiVersion: "ptp.openshift.io/v1", kind: "PtpOperatorConfig", metadata: { name }, spec: whole };
}

const version = (apiVersion: string) =>
  admitPtpOperatorConfig(config({ ptpEventConfig: { enableEventPublisher: true, apiVersion } }));

test("the name is default", () => {
  assert.equal(admitPtpOperatorConfig(config({}, "other")).errors.length, 1);
  assert.deepEqual(admitPtpOperatorConfig(config({})), { errors: [], warnings: [] });
});

test("version 1.0 is refused, 2 is served, others are accepted with a warning", () => {
  assert.match(version("1.0").errors[0]?.message ?? "", /v1 is no longer supported/);
  for (const served of ["2.0", "2", "v2.1", "2.0.0-rc.1+x", ""]) {
    assert.deepEqual(version(served), { errors: [], warnings: [] }, served);
  }
  for (const accepted of ["1", "v1", "1.0.0", "3.5"]) {
    assert.deepEqual([version(accepted).errors.length, version(accepted).warnings.length], [0, 1], accepted);
  }
  for (const refused of ["boo", "2.", "2.0.0.0", "version2", " 2.0"]) {
    assert.match(version(refused).errors[0]?.message ?? "", /is not a valid version/, refused);
  }
});

test("unknown plugins and fields without effect are warnings", () => {
  const { errors, warnings } = admitPtpOperatorConfig(
    config({ plugins: { e810: {}, e850: {} }, ptpEventConfig: { storageType: "emptyDir" } }),
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(warnings.map(toText), [
    "spec.ptpEventConfig.storageType: storageType has no effect; remove it",
    'spec.plugins.e850: unknown plugin "e850"; did you mean "e810"?',
  ]);
});
