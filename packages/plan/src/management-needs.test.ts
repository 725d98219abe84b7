import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import { factsWith, planOf, refusalOf } from "./testing/plan-fixtures.ts";

const receiver: NodeProfile = { name: "a-tr", ptp4lConf: "[ens1f0]", ptpSettings: { clockType: "T-BC" } };
const giver: NodeProfile = { name: "b-tt", ptp4lConf: "[ens1f1]", ptpSettings: { controllingProfile: "a-tr" } };
const plain: NodeProfile = { name: "c-oc", ptp4lConf: "[ens2f0]", ptpSettings: { controllingProfile: "" } };
const lacking = (...missingTlvs: readonly string[]) =>
  factsWith({ ptp4l: { path: "/usr/sbin/ptp4l", version: "4.4", missingTlvs } });

test("a profile that needs a TLV which ptp4l lacks is refused alone: TLV, setting and the linuxptp that has it", () => {
  const facts = lacking("EXTERNAL_GRANDMASTER_PROPERTIES_NP");
  const refused = planOf([receiver, giver, plain], { facts });
  assert.deepEqual(
    refused.outcomes.map(({ outcome }) => outcome),
    ["applied", "refused", "applied"],
  );
  const { path, reason } = refusalOf(refused, "b-tt");
  assert.equal(path, "ptpSettings[controllingProfile]");
  assert.match(reason, /^\/usr\/sbin\/ptp4l \(linuxptp 4\.4\) .*EXTERNAL_GRANDMASTER_PROPERTIES_NP.*later than 4\.4/);
  const both = planOf([receiver], { facts: lacking("GRANDMASTER_SETTINGS_NP") });
  assert.equal(refusalOf(both, "a-tr").path, "ptpSettings[clockType]");
});

test("what runs of it when the TLV is found missing goes on", () => {
  const previous = planOf([receiver, giver]);
  const facts = lacking("EXTERNAL_GRANDMASTER_PROPERTIES_NP");
  const found = planOf([receiver, giver], { facts, previous });
  assert.equal(found.outcomes[1]?.outcome, "refused");
  assert.deepEqual(found.processes, previous.processes);
  assert.deepEqual(found.ptp4lInstances, previous.ptp4lInstances);
});
