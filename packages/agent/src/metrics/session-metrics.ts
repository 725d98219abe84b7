import { Counter, Gauge, type Registry } from "prom-client";
import { sessionReasons } from "../source/session-problem.ts";
import type { SessionNews } from "../source/session-source.ts";

/** Counts what becomes of sessions with the operator. */
export interface SessionMetrics {
  note(news: SessionNews): void;
  isUp(): boolean;
}

/** Registers the two families; every reason is there from the start, so that the first failure is an increase. */
export function createSessionMetrics(registry: Registry, nodeName: string): SessionMetrics {
  const labels = { node: nodeName };
  let isUp = false;
  const up: Gauge = new Gauge({
    name: "ptp_agent_session_up",
    help: "0 = no session with the operator, what was accepted runs on; 1 = a session",
    labelNames: ["node"],
    registers: [registry],
    collect: () => up.set(labels, isUp ? 1 : 0),
  });
  const failures = new Counter({
    name: "ptp_agent_session_failures_total",
    help: "Sessions that failed or were not had, by reason",
    labelNames: ["node", "reason"],
    registers: [registry],
  });
  for (const reason of sessionReasons) failures.inc({ ...labels, reason }, 0);
  return {
    note: (news) => {
      if (news.kind === "failed") failures.inc({ ...labels, reason: news.reason });
      else isUp = news.kind === "up";
    },
    isUp: () => isUp,
  };
}
