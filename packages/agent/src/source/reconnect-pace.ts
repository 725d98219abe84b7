import { createBackoff } from "@ptp/kit";

/** Says how long to wait between attempts at a session. */
export interface ReconnectPace {
  /** A session lasted: the next loss begins anew. */
  reset(): void;
  /**
   * Milliseconds to wait after a session that ended, or an attempt that failed.
   *
   * @param problem what the failure says; empty for a session that ended.
   */
  next(problem: string, nowMs: number): number;
}

const initialMs = 100;
const maxMs = 5_000;

/**
 * While a replica that ended is still among the addresses of its Service, each attempt may lead to it: two in a row are as
 * likely as not with two replicas. A refused connection costs the operator nothing, so for a while they follow each other
 * faster: or one agent of a hundred would miss the living replica for more than ten seconds.
 */
const eagerMaxMs = 1_000;
const eagerForMs = 15_000;

/** Creates the pace; `random` is uniform in [0, 1). */
export function createReconnectPace(random: () => number): ReconnectPace {
  const usual = createBackoff({ initialMs, maxMs, random });
  const eager = createBackoff({ initialMs, maxMs: eagerMaxMs, random });
  let sinceMs: number | undefined;
  return {
    reset: () => {
      sinceMs = undefined;
      usual.reset();
      eager.reset();
    },
    next: (problem, nowMs) => {
      sinceMs ??= nowMs;
      // Both go on, so that an operator that is back and refuses is not met by all agents at once.
      const [usualMs, eagerMs] = [usual.next(), eager.next()];
      return isRefusedConnection(problem) && nowMs - sinceMs < eagerForMs ? eagerMs : usualMs;
    },
  };
}

/** The library passes on the words of the system. */
function isRefusedConnection(problem: string): boolean {
  return problem.includes("ECONNREFUSED");
}
