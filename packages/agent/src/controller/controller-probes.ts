import type { HttpReply, Routes } from "@ptp/kit";

/** What the probes of controller mode tell of. */
export interface ControllerState {
  /** Whether the operator of this node runs. */
  readonly isRunning: boolean;
  /** Whether it has a session with this agent: it has read the cluster. */
  readonly hasSession: boolean;
}

/**
 * Routes of the port that the existing daemon has in this mode. Health is that of this program: to kill it would not mend
 * the cluster, and would take the node's time.
 */
export function controllerProbes(state: () => ControllerState): Routes {
  return {
    "GET /healthz": () => ({ status: 200, body: "ok\n" }),
    "GET /readyz": () => readiness(state()),
  };
}

function readiness({ isRunning, hasSession }: ControllerState): HttpReply {
  if (!isRunning) return { status: 503, body: "the operator of this node does not run\n" };
  if (!hasSession) return { status: 503, body: "the operator of this node has not read the cluster yet\n" };
  return { status: 200, body: "ok\n" };
}
