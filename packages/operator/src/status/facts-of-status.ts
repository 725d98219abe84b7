import { reasons, type NodeClock, type NodeProcess, type NodeProfileOutcome, type NodePtpDeviceStatus } from "@ptp/api";
import type { ClockReport, NodeReport, ProcessReport, ProfileOutcome } from "@ptp/node";
import type { SessionFacts } from "../sessions/session-facts.ts";

/**
 * What the replica that serves a node has told of it in the status of its NodePtpDevice: the way back from what
 * `summariseNode` makes. Facts of no consequence for other objects (inventory, host) are not told.
 */
export function factsOfStatus(status: NodePtpDeviceStatus): SessionFacts {
  const { revision = "", profiles = [], clocks = [], processes = [], notices = [], conditions = [] } = status;
  const reconciling = conditions.find(({ type }) => type === "Reconciling");
  const report: NodeReport = {
    revision,
    outcomes: profiles.map(toOutcome),
    clocks: clocks.map(toClock),
    processes: processes.map(toProcess),
    notices,
  };
  return {
    connected: reconciling?.reason !== reasons.agentDisconnected,
    sinceUnixMs: 0,
    acceptedRevision: revision,
    report,
  };
}

function toOutcome({ name, outcome, path = "", reason = "" }: NodeProfileOutcome): ProfileOutcome {
  return outcome === "applied" ? { name, outcome } : { name, outcome, path, reason };
}

function toClock({ process, config: configName, since, ...clock }: NodeClock): ClockReport {
  // Written from a report of an agent, so the program is one of those.
  return { ...clock, process: process as ClockReport["process"], configName, sinceUnixMs: Date.parse(since) };
}

function toProcess({ key, program, profile, state, starts, pid, lastExit = "" }: NodeProcess): ProcessReport {
  const living = pid === undefined ? {} : { pid };
  const known = { key, program: program as ProcessReport["program"], profile, state, starts, lastExit };
  return { ...known, ...living, configName: "", sinceUnixMs: 0 };
}
