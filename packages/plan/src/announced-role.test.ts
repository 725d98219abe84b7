import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import { diff } from "./diff.ts";
import { planOf, refusalOf } from "./testing/plan-fixtures.ts";

const receiver: NodeProfile = { name: "a-tr", ptp4lConf: "[ens1f0]", ptpSettings: { clockType: "T-BC" } };
const giver: NodeProfile = { name: "b-tt", ptp4lConf: "[ens1f1]", ptpSettings: { controllingProfile: "a-tr" } };
const grandmaster: NodeProfile = {
  name: "c-gm",
  ptp4lConf: "[ens2f0]",
  ts2phcOpts: "-s nmea",
  ts2phcConf: "[nmea]\nts2phc.master 1\n[ens2f0]\nts2phc.extts_correction 0",
  ptpSettings: { clockType: "T-GM" },
};
const path = "ptpSettings[controllingProfile]";

/** Keys of the ptp4l that start when the second list takes the place of the first. */
function started(before: readonly NodeProfile[], after: readonly NodeProfile[]): readonly string[] {
  const previous = planOf(before);
  const wanted = planOf(after, { previous, runIds: previous.runIds });
  const running = new Map(previous.processes.map((spec) => [spec.key, spec]));
  const starts = diff(running, wanted).flatMap((step) => (step.kind === "start" ? [step.spec] : []));
  return starts.filter(({ program }) => program === "ptp4l").map(({ profile }) => profile);
}

test("a ptp4l whose announced role ends or begins starts anew, once; another edit leaves it", () => {
  const { ptpSettings: _, ...oc } = receiver;
  const { ptpSettings: __, ...alone } = giver;
  const { ts2phcOpts: ___, ...withoutGnss } = grandmaster;
  const both = [receiver, giver];
  assert.deepEqual(started(both, [receiver, alone]), ["b-tt"]);
  assert.deepEqual(started([receiver, alone], both), ["b-tt"]);
  assert.deepEqual(started(both, [oc, giver]).toSorted(), ["a-tr", "b-tt"], "nobody decides for b-tt any more");
  assert.deepEqual(started(both, [giver]), ["b-tt"]);
  assert.deepEqual(started([grandmaster], [withoutGnss]), ["c-gm"]);
  assert.deepEqual(started([grandmaster], [{ ...grandmaster, ptpSettings: {} }]), [], "a GM by its file, fed by GNSS");
  const logged = both.map((each) => ({ ...each, ptpSettings: { ...each.ptpSettings, logReduce: "true" } }));
  assert.deepEqual(started(both, logged), []);
});

test("a profile that gives on its own time, or as a T-GM another's, is refused; two deciders or none are told of", () => {
  const of = (settings: Readonly<Record<string, string>>) =>
    planOf([receiver, { ...giver, ptpSettings: settings }], {});
  const itself = refusalOf(of({ controllingProfile: "b-tt" }), "b-tt");
  assert.equal(itself.path, path);
  assert.match(itself.reason, /b-tt names itself: .*or remove it/);
  const tgm = refusalOf(of({ controllingProfile: "a-tr", clockType: "T-GM" }), "b-tt");
  assert.equal(tgm.path, path);
  assert.match(tgm.reason, /not that of a-tr: remove/);
  const notes = (settings: Readonly<Record<string, string>>) =>
    of(settings).notices?.flatMap((each) => (each.path === path ? [each.message] : []));
  assert.match(notes({ controllingProfile: "gone" })?.join() ?? "", /^gone is no profile of this node/);
  assert.match(notes({ controllingProfile: "a-tr", clockType: "T-BC" })?.join() ?? "", /instead of a-tr: remove one/);
  assert.deepEqual(notes({ controllingProfile: "a-tr" }), []);
});
