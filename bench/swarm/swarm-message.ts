import type { HostFacts, IssuedConfig } from "@ptp/node";

/** What a swarm process is told to run. */
export interface SwarmOrder {
  readonly nodeNames: readonly string[];
  /** Socket of a node's session; `{node}` stands for its name. */
  readonly socketPattern: string;
  /** Whether agents plan what they get, as real ones do; otherwise they decode and answer. */
  readonly plans: boolean;
  /** Facts of every node, apart from its name. */
  readonly facts: Omit<HostFacts, "nodeName">;
}

/** What happened to one agent. */
export interface SwarmEvent {
  /** `welcomed` by the operator, `answered` a config by a Result, `refused` (part of) it, or `lost` its session. */
  readonly kind: "welcomed" | "answered" | "refused" | "lost";
  readonly nodeName: string;
  /** Machine's monotonic clock. */
  readonly atMs: number;
  /** Revision, or the reason. */
  readonly text: string;
}

/** Parent to swarm process. */
export type SwarmRequest =
  { readonly kind: "run"; readonly order: SwarmOrder } | { readonly kind: "tell-config"; readonly nodeName: string };

/** Swarm process to parent. */
export type SwarmReply =
  | { readonly kind: "events"; readonly events: readonly SwarmEvent[] }
  | { readonly kind: "config"; readonly issued: IssuedConfig | undefined };
