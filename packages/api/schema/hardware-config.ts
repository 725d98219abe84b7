import { conditions, observedGeneration } from "./condition.ts";
import { listOf, maybe, record, text } from "./fields.ts";
import { behavior } from "./hardware-behavior.ts";
import { commonDefinitions, structure } from "./hardware-structure.ts";
import type { KindDefinition } from "./kind.ts";

const clockChain = record(
  "The chain of hardware between the sources of time and the ports.",
  { structure, commonDefinitions: maybe(commonDefinitions), behavior: maybe(behavior) },
  { type: "ClockChain" },
);

const profile = record(
  "Hardware of a node and how it is set.",
  {
    name: text("Name of the hardware profile."),
    clockType: maybe(
      text("T-BC, T-GM or APTS: start from the vendor's behaviour for that clock and merge the one given here on top."),
    ),
    description: maybe(text("Free text.")),
    clockChain,
  },
  { type: "HardwareProfile" },
);

/** HardwareConfig v2alpha1: synchronizers, pins and receivers behind a PTP profile. */
export const hardwareConfig: KindDefinition = {
  kind: "HardwareConfig",
  version: "v2alpha1",
  plural: "hardwareconfigs",
  shortNames: ["hwc"],
  description: "Synchronizers, pins and satellite receivers that go with a PTP profile.",
  spec: record(
    "The hardware, and the profile it belongs to.",
    {
      profile,
      relatedPtpProfileName: maybe(
        text("Name of the PtpConfig profile with which this hardware configuration is applied."),
      ),
    },
    { type: "HardwareConfigSpec" },
  ),
  status: record(
    "Where it is used.",
    {
      matchedNodes: maybe(
        listOf(
          record(
            "A node that runs the related profile.",
            { nodeName: text("Name of the node."), ptpProfile: text("Name of the related profile.") },
            { type: "MatchedNode" },
          ),
          "Nodes that run the related profile.",
        ),
      ),
      conditions,
      observedGeneration,
    },
    { type: "HardwareConfigStatus" },
  ),
  columns: [
    { name: "Profile", type: "string", jsonPath: ".spec.relatedPtpProfileName" },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
};
