import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { planOf } from "./testing/plan-fixtures.ts";

const profile: NodeProfile = {
  name: "gm",
  ptp4lOpts: "-2",
  ptp4lConf: "[global]\n[ens1f0]\n",
  phc2sysOpts: "-a -r",
  chronydOpts: "-n",
  plugins: { ntpfailover: { gnssFailover: true } },
};
const keptBy = (keepers?: readonly (readonly [string, "phc2sys" | "chronyd"])[], of: NodeProfile = profile) =>
  planOf([of], {
    choices: { sourceByProfile: new Map(), ...(keepers && { keeperByProfile: new Map(keepers) }) },
  }).processes.map(({ key }) => key);

test("of phc2sys and chronyd one runs where NTP failover decides", () => {
  assert.deepEqual(keptBy([]), ["ptp4l.0", "phc2sys.0"], "before anything is known");
  assert.deepEqual(keptBy([["gm", "phc2sys"]]), ["ptp4l.0", "phc2sys.0"]);
  assert.deepEqual(keptBy([["gm", "chronyd"]]), ["chronyd.0", "ptp4l.0"]);
});

test("both run where nobody decides, or the profile does not ask for it", () => {
  const both = ["chronyd.0", "ptp4l.0", "phc2sys.0"];
  assert.deepEqual(keptBy(), both);
  const { plugins: _, ...plain } = profile;
  assert.deepEqual(keptBy([], plain), both);
});
