import type { HostFacts, IssuedConfig } from "@ptp/node";

/** Where agents find their operator. */
export type SwarmTarget =
  /** Socket of a node's session; `{node}` stands for its name. */
  | { readonly kind: "socket"; readonly pattern: string }
  /** TLS; each attempt takes the next address, as a Service leads to one replica after the other. */
  | {
      readonly kind: "tls";
      readonly addresses: readonly string[];
      /** Authority of the operator's certificate (PEM). */
      readonly ca: string;
      /** Of the nodes' pods, by node. */
      readonly tokens: Readonly<Record<string, string>>;
    };

/** What a swarm process is told to run. */
export interface SwarmOrder {
  readonly nodeNames: readonly string[];
  readonly target: SwarmTarget;
  /** Whether agents plan what they get, as real ones do; otherwise they decode and answer. */
  readonly plans: boolean;
  /** Facts of every node, apart from its name. */
  readonly facts: Omit<HostFacts, "nodeName">;
}

/** What happened to one agent. */
export interface SwarmEvent {
  /** `started` to connect for the first time, `welcomed` by the operator, `answered` a config by a Result, `refused` (part of) it, or `lost` its session. */
  readonly kind: "started" | "welcomed" | "answered" | "refused" | "lost";
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
