import { conditions, observedGeneration } from "./condition.ts";
import { anyJson, flag, mapOf, maybe, record, text } from "./fields.ts";
import type { KindDefinition } from "./kind.ts";

const ptpEventConfig = record(
  "The PTP events interface on the nodes.",
  {
    enableEventPublisher: maybe(flag("Whether nodes publish PTP events over REST.", false)),
    transportHost: maybe(
      text(
        "URL under which the publisher of a node is reached; the word NODE_NAME in it stands for the node's short name.",
      ),
    ),
    storageType: maybe(text("Kept for old manifests; has no effect, subscriptions are stored on the node.")),
    apiVersion: maybe(text("Version of the events REST API; 2.0 is the only one served.")),
  },
  { type: "PtpEventConfig" },
);

/** PtpOperatorConfig v1: settings of the installation, one object named default. */
export const ptpOperatorConfig: KindDefinition = {
  kind: "PtpOperatorConfig",
  version: "v1",
  plural: "ptpoperatorconfigs",
  shortNames: ["ptpoc"],
  description: "Settings of the PTP installation; the one object is named default.",
  spec: record(
    "Where agents run and what they may do.",
    {
      daemonNodeSelector: mapOf(
        text("Value of the label."),
        "Labels a node must carry to run the agent; empty means every Linux node.",
      ),
      ptpEventConfig: maybe(ptpEventConfig),
      plugins: maybe(
        mapOf(
          anyJson("Not used; the key alone enables the plugin."),
          "Plugins enabled on the nodes, by name. Absent: e810, e825, e830 and ntpfailover; empty: none.",
        ),
      ),
    },
    { type: "PtpOperatorConfigSpec" },
  ),
  status: record("State of the installation.", { conditions, observedGeneration }, { type: "PtpOperatorConfigStatus" }),
  columns: [
    {
      name: "Event Enabled",
      type: "boolean",
      jsonPath: ".spec.ptpEventConfig.enableEventPublisher",
      description: "Whether nodes publish PTP events",
    },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
  rules: [
    {
      rule: "self.metadata.name == 'default'",
      message: "there is one PtpOperatorConfig per installation: metadata.name must be 'default'",
    },
  ],
};
