import type { NodeClock, NodeProcess, NodeProfileOutcome, NodePtpDeviceStatus } from "@ptp/api";
import { parse } from "yaml";

/** What the operator tells of one node in NodePtpDevice, with nothing left undefined. */
export interface NodeStatus {
  readonly revision: string;
  readonly profiles: readonly NodeProfileOutcome[];
  readonly clocks: readonly NodeClock[];
  readonly processes: readonly NodeProcess[];
  readonly notices: readonly string[];
}

const nothing: NodeStatus = { revision: "", profiles: [], clocks: [], processes: [], notices: [] };

/** Reads a status file of the operator; everything empty where there is none yet. */
export function parseNodeStatus(text: string | undefined): NodeStatus {
  if (text === undefined) return nothing;
  const { status } = parse(text) as { readonly status?: NodePtpDeviceStatus };
  return {
    revision: status?.revision ?? "",
    profiles: status?.profiles ?? [],
    clocks: status?.clocks ?? [],
    processes: status?.processes ?? [],
    notices: status?.notices ?? [],
  };
}
