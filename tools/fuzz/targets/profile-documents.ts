import assert from "node:assert/strict";
import { readDocuments, validateObject } from "@ptp/api";
import { fromProfileJson, type JsonValue, type NodeConfig } from "@ptp/node";
import { defaultHostFacts, plan } from "@ptp/plan";
import { checkOpts } from "@ptp/ptp";
import { sharedFiles, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

/** Documents of profiles and custom resources, as far as they are JSON: the rest is the parser's. */
export const profileDocuments: FuzzTarget = {
  name: "profile-documents",
  title:
    "fromProfileJson and plan, readDocuments and validateObject: every profile is applied or refused with a reason",
  seeds: () => [
    ...sharedFiles("operator", /\.json$/).map((file) => file.subarray(0, 20_000)),
    ...sharedFiles("events/testdata/profiles", /./),
    ...texts(
      '[{"name":"oc","ptp4lOpts":"-2","phc2sysOpts":"-a -r","ptp4lConf":"[global]\\ndomainNumber 24\\nslaveOnly 1\\n[ens1f0]\\n","ptpClockThreshold":{"holdOverTimeout":5,"maxOffsetThreshold":100,"minOffsetThreshold":-100}}]',
      '[{"name":"gm","ts2phcOpts":" ","ts2phcConf":"[nmea]\\nts2phc.master 1\\n[global]\\n[ens1f0]\\n","ptp4lConf":"[global]\\n[ens1f0]\\n","ptpSettings":{"haProfiles":"a, b"},"plugins":{"e810":{"pins":{}}}}]',
      '{"apiVersion":"ptp.openshift.io/v1","kind":"PtpConfig","metadata":{"name":"a","namespace":"openshift-ptp"},"spec":{"profile":[{"name":"oc","interface":"ens1f0","ptp4lOpts":"-2 -s"}],"recommend":[{"profile":"oc","priority":4,"match":[{"nodeLabel":"a"}]}]}}',
    ),
  ],
  baseMs: 100,
  prepare: () => (input) => {
    const value = parse(input);
    if (value === undefined) return;
    readDocuments(value);
    validateObject(value);
    const { profiles, refused } = fromProfileJson(value);
    for (const { reason } of refused) assert.ok(reason.length > 3, "a refusal has a reason");
    const config: NodeConfig = { nodeName: "n", profiles, hardware: [], plugins: [], secrets: [] };
    const { outcomes } = plan({ config, facts: defaultHostFacts("n"), runIds: {} });
    assert.equal(outcomes.length, profiles.length, "every profile has an outcome");
    for (const { ptp4lOpts = "" } of profiles) checkOpts(ptp4lOpts, { program: "ptp4l", release: "4.2" });
  },
};

function parse(input: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(Buffer.from(input).toString("utf8")) as JsonValue;
  } catch {
    return undefined;
  }
}
