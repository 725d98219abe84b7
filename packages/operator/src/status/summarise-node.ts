import type { NodeClock, NodeProcess, NodeProfileOutcome, NodePtpDeviceStatus } from "@ptp/api";
import type { ClockReport, NodeReport, ProcessReport } from "@ptp/node";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { hardwareApplied, progressOf, synchronized } from "./aspects.ts";
import { deviceStatus } from "./device-status.ts";
import type { ProfileOnNode } from "./node-progress.ts";
import type { Judgement } from "./summarise.ts";

/** The status of a node's NodePtpDevice: what it runs and how right its clocks are, as its agent last told. */
export function summariseNode(facts: SessionFacts | undefined, profiles: readonly ProfileOnNode[]): Judgement {
  return {
    aspects: profiles.length === 0 ? [] : [synchronized(profiles), hardwareApplied(profiles)],
    ...progressOf(profiles),
    fields: { ...nodeTruth(facts, profiles) },
  };
}

function nodeTruth(facts: SessionFacts | undefined, profiles: readonly ProfileOnNode[]): NodePtpDeviceStatus {
  const outcomes = profiles.flatMap(({ profile: name, progress }): readonly NodeProfileOutcome[] => {
    if (progress.stage === "applied") return [{ name, outcome: "applied" }];
    if (progress.stage !== "refused") return [];
    return [{ name, outcome: "refused", path: progress.path, reason: progress.reason }];
  });
  return {
    ...(facts?.inventory === undefined ? {} : deviceStatus(facts.inventory)),
    ...(facts?.acceptedRevision ? { revision: facts.acceptedRevision } : {}),
    profiles: outcomes,
    ...(facts?.report === undefined ? {} : told(facts, facts.report)),
  };
}

function told(facts: SessionFacts, report: NodeReport): NodePtpDeviceStatus {
  return facts.connected ? reported(report) : { clocks: report.clocks.map((clock) => lastToldClock(clock, facts)) };
}

/** What an agent told before it went away is history: nobody may take it for the present. */
function lastToldClock({ profile, process, configName, state }: ClockReport, { sinceUnixMs }: SessionFacts): NodeClock {
  const cause = ["the agent is not connected", `last told: ${state}`];
  const since = toTimestamp(sinceUnixMs);
  return { profile, process, config: configName, state: "UNKNOWN", since, cause, ports: [] };
}

function reported({ clocks, processes, notices }: NodeReport): NodePtpDeviceStatus {
  return {
    clocks: clocks.map(toNodeClock),
    processes: processes.map(toNodeProcess),
    ...(notices.length === 0 ? {} : { notices }),
  };
}

function toNodeProcess({ key, program, profile, state, starts, pid, lastExit }: ProcessReport): NodeProcess {
  const living = pid === undefined ? {} : { pid };
  return { key, program, profile, state, starts, ...living, ...(lastExit === "" ? {} : { lastExit }) };
}

function toNodeClock({ configName, sinceUnixMs, offsetNs, ...clock }: ClockReport): NodeClock {
  return {
    ...clock,
    config: configName,
    since: toTimestamp(sinceUnixMs),
    ...(offsetNs === undefined ? {} : { offsetNs: Math.round(offsetNs) }),
  };
}

/** A node's clock may be anywhere, also where no calendar goes. */
function toTimestamp(unixMs: number): string {
  const limit = 8.64e15;
  return new Date(Math.max(-limit, Math.min(limit, unixMs))).toISOString();
}
