import { conditions, observedGeneration } from "./condition.ts";
import { listOf, maybe, record, text } from "./fields.ts";
import type { KindDefinition } from "./kind.ts";

/** NodePTPDev v1: the first generation of NodePtpDevice. */
export const nodePtpDev: KindDefinition = {
  kind: "NodePTPDev",
  version: "v1",
  plural: "nodeptpdevs",
  shortNames: ["nptpdev"],
  description: "First generation of NodePtpDevice: the clock-capable ports of the node of the same name.",
  spec: record("Nothing to configure.", {}, { type: "NodePtpDevSpec" }),
  status: record(
    "What the agent found on the node.",
    {
      ptpDevices: maybe(
        listOf(
          record(
            "A port with a hardware clock.",
            { name: maybe(text("Name of the network interface.")) },
            { type: "NodePtpDevDevice" },
          ),
          "Ports with a hardware clock.",
        ),
      ),
      conditions,
      observedGeneration,
    },
    { type: "NodePtpDevStatus" },
  ),
  columns: [{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }],
};
