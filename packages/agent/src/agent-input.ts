import type { Logger } from "@ptp/kit";
import type { AgentOptions } from "./agent-options.ts";
import type { LineSink } from "./process/line-sink.ts";

/** What `main` hands to an agent. */
export interface AgentInput {
  readonly options: AgentOptions;
  readonly log: Logger;
  /** Where lines of programs go. */
  readonly sink: LineSink;
  /** PATH of the programs. */
  readonly path: string;
  /** Process id of this agent. */
  readonly pid: number;
  readonly surroundings: AgentSurroundings;
}

/** What children of the agent are started with. */
export interface AgentSurroundings {
  /** Node itself. */
  readonly nodePath: string;
  /** This program. */
  readonly agentPath: string;
  /** Variables that a node's events are named by. */
  readonly eventNaming: Readonly<Record<string, string>>;
  /** Where the operator's program is if no flag tells. */
  readonly operatorPath: string;
  /** Variables by which a pod finds its API server. */
  readonly clusterEnvironment: Readonly<Record<string, string>>;
}
