import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { defaultHostFacts } from "./default-host-facts.ts";
import { configOf, contentOf, planOf } from "./testing/plan-fixtures.ts";
import { sharedMissing, sharedText } from "./testing/shared-files.ts";

const folder = "data/daemon/profiles";
const ptp4l0 = sharedText(`${folder}/rendered-ptp4l.0.config`);
const ptp4l1 = sharedText(`${folder}/rendered-ptp4l.1.config`);
const ts2phc1 = sharedText(`${folder}/rendered-ts2phc.1.config`);
const nodeName = "cnfdg3.ptp.eng.rdu2.dc.redhat.com";

/** The profile whose text a rendered file is: without header and message tag, and with the socket somebody wrote. */
function sourceOf(rendered: string): string {
  const lines = rendered.split("\n").filter((line) => !line.startsWith("#profile") && !line.startsWith("message_tag"));
  return lines
    .join("\n")
    .replace(/^uds_address .*$/m, "uds_address\t/var/run/ptp4l")
    .replace(/^leapfile .*$/m, "leapfile  /usr/share/zoneinfo/leap-seconds.list");
}

test("the recorded T-BC node renders byte for byte", (t) => {
  if (ptp4l0 === undefined || ptp4l1 === undefined || ts2phc1 === undefined) return t.skip(sharedMissing);
  const ptp4lOpts = "-2 --summary_interval -4";
  const profiles: NodeProfile[] = [
    {
      name: "01-tbc-tr",
      ptp4lOpts,
      ptp4lConf: sourceOf(ptp4l1),
      ts2phcOpts: "-s generic -a --ts2phc.rh_external_pps 1",
      ts2phcConf: sourceOf(ts2phc1),
      phc2sysOpts: "-r -n 24 -N 8 -u 0 -s ens4f0",
      ptpSettings: { clockType: "T-BC" },
    },
    {
      name: "00-tbc-tt",
      ptp4lOpts,
      ptp4lConf: sourceOf(ptp4l0),
      ptpSettings: { clockType: "T-BC", controllingProfile: "01-tbc-tr" },
    },
  ];
  const config = configOf(profiles, { nodeName });
  const runPlan = planOf([], { config, facts: defaultHostFacts(nodeName) });
  assert.equal(contentOf(runPlan, "ptp4l.0"), ptp4l0.trimEnd());
  assert.equal(contentOf(runPlan, "ptp4l.1"), ptp4l1.trimEnd());
  assert.equal(contentOf(runPlan, "ts2phc.1"), ts2phc1.trimEnd());
  assert.deepEqual(
    runPlan.hardwareUnsupported?.map(({ profile, needs }) => [profile, needs]),
    [
      ["01-tbc-tr", ["ptpSettings[clockType] T-BC"]],
      ["00-tbc-tt", ["ptpSettings[clockType] T-BC"]],
    ],
  );
});
