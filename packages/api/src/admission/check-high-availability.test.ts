import assert from "node:assert/strict";
import { test } from "node:test";
import { toText } from "../findings/finding.ts";
import type { HighAvailability, PtpProfile } from "../gen/types.ts";
import { ptpConfigWith } from "../testing/ptp-config.ts";
import { admitPtpConfig } from "./admit-ptp-config.ts";

function errors(highAvailability: HighAvailability, profile: Partial<PtpProfile> = {}): readonly string[] {
  const ptpSettings = { haProfiles: "bc1,other_bc2" };
  const config = ptpConfigWith({ ptp4lOpts: "", phc2sysOpts: "-a -r", ptpSettings, highAvailability, ...profile });
  return admitPtpConfig(config).errors.map(toText);
}

test("names of haProfiles are admitted, in any order and with the object's own name before them", () => {
  const all = { preferredPrimary: "bc1", heartBeatTimeout: 2, sourcePriority: ["other_bc2", "bc1"] };
  assert.deepEqual(errors({ enableHA: true, ...all }), []);
  assert.deepEqual(errors({}), []);
  const own = { haProfiles: "own_p, bc1" };
  assert.deepEqual(errors({ enableHA: true, preferredPrimary: "p" }, { ptpSettings: own }), []);
});

test("an unknown primary is refused, and a source that is unknown or named twice", () => {
  assert.deepEqual(errors({ enableHA: true, preferredPrimary: "bc3", sourcePriority: ["bc1", "bc1", "bc4"] }), [
    'spec.profile[0].highAvailability.preferredPrimary: preferredPrimary "bc3" is no profile of haProfiles; name one of them: bc1, other_bc2',
    'spec.profile[0].highAvailability.sourcePriority[1]: sourcePriority[1] "bc1" is named twice; name it once',
    'spec.profile[0].highAvailability.sourcePriority[2]: sourcePriority[2] "bc4" is no profile of haProfiles; name one of them: bc1, other_bc2',
  ]);
});

test("an agent that chooses needs profiles to choose from and a phc2sys that follows a ptp4l", () => {
  assert.deepEqual(errors({ enableHA: true }, { ptpSettings: {} }), [
    "spec.profile[0].highAvailability.enableHA: enableHA true needs the profiles to choose from; name them in ptpSettings haProfiles, or set it to false",
  ]);
  assert.deepEqual(errors({ enableHA: true }, { phc2sysOpts: "-s ens1f0 -w" }), [
    "spec.profile[0].phc2sysOpts: highAvailability.enableHA true needs a phc2sys that takes its source from a ptp4l; write -a -r into phc2sysOpts",
  ]);
  assert.deepEqual(errors({ enableHA: false }, { phc2sysOpts: "-s ens1f0 -w" }), []);
});
