import type {
  NodeAgent,
  NodeClock,
  NodeClockSource,
  NodeProcess,
  NodeProfileOutcome,
  NodePtpDeviceStatus,
  NodePtpDevStatus,
  NodeRefusal,
} from "@ptp/api";
import type { ClockReport, FollowedSource, NodeReport, ProcessReport } from "@ptp/node";
import { podOfReplica } from "../identity/replica-pods.ts";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { hardwareApplied, progressOf, synchronized } from "./aspects.ts";
import { leapSecondsKnown, leapStatus } from "./leap-seconds.ts";
import { deviceStatus } from "./device-status.ts";
import { unsendableKind } from "./facts-of-status.ts";
import type { ProfileOnNode } from "./node-progress.ts";
import type { Judgement } from "./summarise.ts";
import { toTimestamp } from "./to-timestamp.ts";

/** What a node's status is made of. */
export interface NodeSources {
  /** What is known of its agent. */
  readonly facts: SessionFacts | undefined;
  readonly profiles: readonly ProfileOnNode[];
  /** Of the config it shall run. */
  readonly revision: string;
  /** Replica of the operator that writes; undefined where there is one operator and no replicas. */
  readonly replica?: string | undefined;
  /** What the status says of the agent so far. */
  readonly told?: NodeAgent | undefined;
}

/** The status of a node's NodePtpDevice: what it runs and how right its clocks are, as its agent last told. */
export function summariseNode(sources: NodeSources): Judgement {
  const { profiles } = sources;
  return {
    aspects: [
      ...(profiles.length === 0 ? [] : [synchronized(profiles), hardwareApplied(profiles)]),
      ...leapSecondsKnown(sources.facts),
    ],
    ...progressOf(profiles),
    fields: { ...nodeTruth(sources) },
  };
}

/** The status of a node's NodePTPDev, the first generation: the names of its ports. */
export function firstGenerationStatus(facts: SessionFacts | undefined): NodePtpDevStatus {
  return { ptpDevices: (facts?.inventory?.devices ?? []).map(({ name }) => ({ name })) };
}

function nodeTruth({ facts, profiles, revision, replica, told: before }: NodeSources): NodePtpDeviceStatus {
  const outcomes = profiles.flatMap(({ profile: name, progress }): readonly NodeProfileOutcome[] => {
    if (progress.stage === "applied") return [{ name, outcome: "applied" }];
    if (progress.stage !== "refused") return [];
    return [{ name, outcome: "refused", path: progress.path, reason: progress.reason }];
  });
  const refusal = facts && refusalOf(facts, revision);
  return {
    ...(facts && { agent: agentOf(facts, replica, before) }),
    ...(facts?.inventory === undefined ? {} : deviceStatus(facts.inventory)),
    ...(facts?.acceptedRevision ? { revision: facts.acceptedRevision } : {}),
    ...(refusal && { refusal }),
    profiles: outcomes,
    ...(facts?.report === undefined ? {} : told(facts, facts.report)),
    ...leapStatus(facts?.report),
  };
}

/**
 * Only an agent that is connected is served: nobody speaks for the others, so the leader may. An agent that was never told
 * away is connected since the time that was told, and served by the pod that was told, whichever life of it: when an
 * operator is started anew nothing is to be written.
 */
function agentOf(facts: SessionFacts, replica: string | undefined, told: NodeAgent | undefined): NodeAgent {
  const { connected, sinceUnixMs, agentVersion, reportPod } = facts;
  const isUnbroken = connected && told?.connected === true;
  const servedBy = isUnbroken && isOfSamePod(told.servedBy, replica) ? told.servedBy : replica;
  return {
    connected,
    since: isUnbroken ? told.since : toTimestamp(sinceUnixMs),
    ...(agentVersion && { version: agentVersion }),
    ...(reportPod !== undefined && { pod: reportPod }),
    ...(connected && servedBy !== undefined && { servedBy }),
  };
}

function isOfSamePod(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && podOfReplica(one) === podOfReplica(other);
}

function refusalOf({ result, report, unsendable }: SessionFacts, revision: string): NodeRefusal | undefined {
  if (unsendable !== undefined) return { revision, kind: unsendableKind, reason: unsendable };
  // An agent that could not store a config tries again by itself; then its report tells of that revision.
  if (result?.refusal === undefined || result.revision !== revision || report?.revision === revision) return undefined;
  return { revision, ...result.refusal };
}

function told(facts: SessionFacts, report: NodeReport): NodePtpDeviceStatus {
  return facts.connected ? reported(report) : { clocks: report.clocks.map((clock) => lastToldClock(clock, facts)) };
}

const away = "the agent is not connected";

/** What an agent told before it went away is history: nobody may take it for the present. */
function lastToldClock(clock: ClockReport, { sinceUnixMs }: SessionFacts): NodeClock {
  const { profile, process, configName, state } = clock;
  // Told of by a status that was written when it was away already.
  const isHistory = clock.cause[0] === away;
  const cause = isHistory ? clock.cause : [away, `last told: ${state}`];
  const since = toTimestamp(isHistory ? clock.sinceUnixMs : sinceUnixMs);
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

function toNodeClock({ configName, sinceUnixMs, offsetNs, source, ...clock }: ClockReport): NodeClock {
  return {
    ...clock,
    config: configName,
    since: toTimestamp(sinceUnixMs),
    ...(offsetNs === undefined ? {} : { offsetNs: Math.round(offsetNs) }),
    ...(source && { source: toNodeClockSource(source) }),
  };
}

function toNodeClockSource({ sinceUnixMs, ...source }: FollowedSource): NodeClockSource {
  return { ...source, since: toTimestamp(sinceUnixMs) };
}
