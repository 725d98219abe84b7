import type { DeviceInventory, HostFacts, NodeReport, Result } from "@ptp/node";

/** What is known of a node's agent: kept while the node exists, also between connections. */
export interface SessionFacts {
  readonly connected: boolean;
  /** When `connected` last changed, by the system clock. */
  readonly sinceUnixMs: number;
  readonly agentVersion?: string;
  /** Revision the agent has accepted; empty before its first. */
  readonly acceptedRevision?: string;
  readonly hostFacts?: HostFacts;
  /** Answer to the last config. */
  readonly result?: Result;
  readonly report?: NodeReport;
  /** Pod of the agent that made the report; undefined where agents are no pods. */
  readonly reportPod?: string | undefined;
  /** Clock hardware as last told; most reports do not repeat it. */
  readonly inventory?: DeviceInventory;
  /** Why the newest config cannot be sent, such as its size. */
  readonly unsendable?: string | undefined;
}
