import type { Logger, Part } from "@ptp/kit";
import type { Resolved } from "../reconcile/reconciler.ts";
import type { AgentsJudgement } from "../reconcile/operator-config/agents-standing.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { StatusTarget } from "./status-target.ts";
import { createStatusWriter } from "./status-writer.ts";
import { createStatusMemory, summarise, type StatusSources, type StatusSummary } from "./summarise.ts";

/** What status is made of and where it goes. */
export interface StatusPartOptions extends Pick<StatusSources, "operatorNamespace" | "replica"> {
  readonly store: StatusTarget;
  /** What is known of a node's agent. */
  readonly factsOf: Sessions["facts"];
  /** Whether nodes have objects of the first generation too; default: no. */
  readonly hasFirstGeneration?: () => boolean;
  /** How the agents' DaemonSet stands; absent: it is no business of this operator. */
  readonly agents?: () => AgentsJudgement;
  /** After a restart agents get this long to come back and report before a status says that they are away; default 10 000. */
  readonly returnMs?: number;
  readonly log: Logger;
  readonly last: () => Resolved | undefined;
  /** Whether something that cannot wait asks the API server now; default: never. */
  readonly makesWay?: () => boolean;
  /** A write failed. */
  readonly failed: () => void;
}

/** Keeps the status of every object current. */
export interface StatusPart extends Part {
  /** Something that status is made of changed. */
  touch(): void;
}

const passTimes = { coalesceMs: 200, longestMs: 2000, retryMs: 5000 };

/** Creates the part; it writes until it is stopped, the last time when it is. */
export function createStatusPart(options: StatusPartOptions): StatusPart {
  const { store, factsOf, operatorNamespace, replica, hasFirstGeneration, agents, log, last, failed } = options;
  const { returnMs = 10_000, makesWay = () => false } = options;
  const memory = createStatusMemory();
  const startMs = performance.now();
  let isFirst = true;

  /** What an operator before this one wrote stays until its agents have reported, or had time to. */
  const isPremature = ({ resolution }: Resolved): boolean =>
    isFirst &&
    store.statusKeys().length > 0 &&
    performance.now() - startMs < returnMs &&
    [...resolution.nodes.keys()].some((nodeName) => factsOf(nodeName)?.report === undefined);

  const summary = (): StatusSummary | undefined => {
    const resolved = last();
    if (resolved === undefined || isPremature(resolved)) return undefined;
    isFirst = false;
    return summarise({
      ...resolved,
      factsOf,
      ...(operatorNamespace === undefined ? {} : { operatorNamespace }),
      ...(replica === undefined ? {} : { replica }),
      ...(store.wants && { wants: (key) => store.wants?.(key) ?? true }),
      hasFirstGeneration: hasFirstGeneration?.() ?? false,
      ...(agents && { agents: agents() }),
      memory,
      previousOf: (key) => store.statusOf(key),
      now: new Date().toISOString(),
    });
  };

  const writer = createStatusWriter({ store, log, summarise: summary, ...passTimes, makesWay, failed });
  const patience = setTimeout(() => writer.touch(), returnMs);
  return {
    name: "status",
    start: async () => {},
    stop: async () => {
      clearTimeout(patience);
      await writer.close();
    },
    touch: () => writer.touch(),
  };
}
