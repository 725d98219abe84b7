import type {
  NodeClock,
  NodeClockSource,
  NodeProcess,
  NodeProfileOutcome,
  NodePtpDeviceStatus,
  NodeRefusal,
} from "@ptp/api";
import type { ClockReport, FollowedSource, NodeReport, ProcessReport, ProfileOutcome, RefusalKind } from "@ptp/node";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { leapReportOf } from "./leap-seconds.ts";
import { inventoryOfStatus } from "./device-status.ts";

/** Kind of the refusal of a config that the operator itself cannot send. */
export const unsendableKind = "unsendable";

/**
 * What the replica that serves a node has told of it in the status of its NodePtpDevice: the way back from what
 * `summariseNode` makes. Facts of no consequence for other objects (the host) are not told.
 */
export function factsOfStatus(status: NodePtpDeviceStatus): SessionFacts {
  const known = factsByStatus.get(status) ?? toFacts(status);
  factsByStatus.set(status, known);
  return known;
}

/** A status is a value: each is read once, and the same facts let others see that nothing has changed. */
const factsByStatus = new WeakMap<NodePtpDeviceStatus, SessionFacts>();

function toFacts(status: NodePtpDeviceStatus): SessionFacts {
  const { agent, revision = "", profiles = [], clocks = [], processes = [], notices = [], refusal } = status;
  const leapSeconds = status.leapSeconds && leapReportOf(status.leapSeconds);
  const report: NodeReport = {
    revision,
    outcomes: profiles.map(toOutcome),
    clocks: clocks.map(toClock),
    processes: processes.map(toProcess),
    notices,
    ...(leapSeconds && { leapSeconds }),
  };
  const inventory = inventoryOfStatus(status);
  return {
    connected: agent?.connected ?? false,
    sinceUnixMs: agent === undefined ? 0 : Date.parse(agent.since),
    ...(agent?.version === undefined ? {} : { agentVersion: agent.version }),
    ...(agent?.pod === undefined ? {} : { reportPod: agent.pod }),
    acceptedRevision: revision,
    report,
    ...(inventory && { inventory }),
    ...(refusal && toRefusal(refusal)),
  };
}

function toRefusal({ revision, kind, reason }: NodeRefusal): Pick<SessionFacts, "result" | "unsendable"> {
  if (kind === unsendableKind) return { unsendable: reason };
  return { result: { revision, profiles: [], refusal: { kind: kind as RefusalKind, reason } } };
}

function toOutcome({ name, outcome, path = "", reason = "" }: NodeProfileOutcome): ProfileOutcome {
  return outcome === "applied" ? { name, outcome } : { name, outcome, path, reason };
}

function toClock({ process, config: configName, since, source, ...clock }: NodeClock): ClockReport {
  return {
    ...clock,
    // Written from a report of an agent, so the program is one of those.
    process: process as ClockReport["process"],
    configName,
    sinceUnixMs: Date.parse(since),
    ...(source && { source: toSource(source) }),
  };
}

function toSource({ since, ...source }: NodeClockSource): FollowedSource {
  return { ...source, sinceUnixMs: Date.parse(since) };
}

function toProcess({ key, program, profile, state, starts, pid, lastExit = "" }: NodeProcess): ProcessReport {
  const living = pid === undefined ? {} : { pid };
  const known = { key, program: program as ProcessReport["program"], profile, state, starts, lastExit };
  return { ...known, ...living, configName: "", sinceUnixMs: 0 };
}
