import { conditions, observedGeneration } from "./condition.ts";
import { int64, maybe, record, text } from "./fields.ts";
import type { KindDefinition } from "./kind.ts";
import { ptpProfiles } from "./ptp-profile.ts";
import { matchList, recommend } from "./recommend.ts";

const summary = record(
  "How many nodes are how far, counted over all nodes this object selects.",
  {
    matchedNodes: maybe(int64("Nodes for which a profile of this object is selected.", { minimum: 0 })),
    appliedNodes: maybe(int64("Nodes whose agent runs every selected profile of this object.", { minimum: 0 })),
    lockedNodes: maybe(int64("Nodes on which every clock of these profiles is LOCKED.", { minimum: 0 })),
    worstOffsetNs: maybe(int64("The offset farthest from zero last reported by any of these nodes, in nanoseconds.")),
    worstOffsetNode: maybe(text("Name of the node that reported worstOffsetNs.")),
  },
  { type: "PtpConfigSummary" },
);

/** PtpConfig v1: profiles of linuxptp configuration and the nodes that run them. */
export const ptpConfig: KindDefinition = {
  kind: "PtpConfig",
  version: "v1",
  plural: "ptpconfigs",
  shortNames: ["ptpc"],
  description: "Profiles of PTP clocks and the nodes that run them.",
  spec: record(
    "What to run, and where.",
    { profile: ptpProfiles, recommend },
    {
      type: "PtpConfigSpec",
    },
  ),
  status: record(
    "What became of it.",
    { matchList, summary: maybe(summary), conditions, observedGeneration },
    { type: "PtpConfigStatus" },
  ),
  columns: [
    {
      name: "Matched",
      type: "integer",
      jsonPath: ".status.summary.matchedNodes",
      description: "Nodes a profile is selected for",
    },
    {
      name: "Applied",
      type: "integer",
      jsonPath: ".status.summary.appliedNodes",
      description: "Nodes that run what is selected",
    },
    {
      name: "Locked",
      type: "integer",
      jsonPath: ".status.summary.lockedNodes",
      description: "Nodes whose clocks are all LOCKED",
    },
    {
      name: "Worst-Offset",
      type: "integer",
      jsonPath: ".status.summary.worstOffsetNs",
      description: "Offset farthest from zero, in nanoseconds",
    },
    {
      name: "Ready",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].status',
      description: "Whether everything selected runs and is synchronized",
    },
    {
      name: "Reason",
      type: "string",
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
      description: "Why it is ready or not",
      wide: true,
    },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
};
