import type { NodeResolution } from "@ptp/resolve";

/** Why one node gets what it gets, and what would run there. */
export interface NodeExplanation {
  readonly node: string;
  readonly revision: string;
  /** Qualified names. */
  readonly profiles: readonly string[];
  readonly explanation: NodeResolution["explanation"];
  readonly conflicts: NodeResolution["conflicts"];
  /** In start order, on a fresh node. */
  readonly processes: readonly {
    readonly name: string;
    readonly profile: string;
    readonly runId: number;
    readonly argv: readonly string[];
    readonly wrapper: readonly string[];
    /** Paths. */
    readonly files: readonly string[];
  }[];
  /** Profiles that an agent would not run. */
  readonly refused: readonly { readonly profile: string; readonly path: string; readonly reason: string }[];
}
