import { conditions, observedGeneration } from "./condition.ts";
import { listOf, maybe, record, text } from "./fields.ts";
import type { KindDefinition } from "./kind.ts";
import { matchList, recommend } from "./recommend.ts";

const profile = record(
  "What a node runs when this profile is selected for it.",
  {
    name: text("Name of the profile, by which spec.recommend refers to it."),
    interface: maybe(text("Network interface of the clock.")),
    ptp4lOpts: maybe(text("Command line options of ptp4l. Absent: it runs with its defaults; empty: it is not run.")),
    phc2sysOpts: maybe(text("Command line options of phc2sys. Absent or empty: it is not run.")),
    timemasterOpts: maybe(text("Command line options of timemaster. Absent or empty: it is not run.")),
    timemasterConf: maybe(text("Configuration file of timemaster, as text.")),
  },
  { type: "NodePtpProfile" },
);

/** NodePTPCfg v1: the first generation of PtpConfig. */
export const nodePtpCfg: KindDefinition = {
  kind: "NodePTPCfg",
  version: "v1",
  plural: "nodeptpcfgs",
  shortNames: ["nptpcfg"],
  description: "First generation of PtpConfig, still read; write PtpConfig instead.",
  spec: record(
    "What to run, and where.",
    { profile: listOf(profile, "The profiles this object defines."), recommend },
    { type: "NodePtpCfgSpec" },
  ),
  status: record("What became of it.", { matchList, conditions, observedGeneration }, { type: "NodePtpCfgStatus" }),
  columns: [
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
};
