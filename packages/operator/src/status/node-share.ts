import type { NodePtpDeviceStatus } from "@ptp/api";
import { podOfReplica } from "../identity/replica-pods.ts";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { factsOfStatus } from "./facts-of-status.ts";
import { firstContactEndUnixMs, homecomingEndUnixMs, orphansEndUnixMs, type Arrivals } from "./homecoming.ts";

/** What a replica knows of a node when it asks whose the node's status is to write. */
export interface NodeView {
  /** Of the session with this replica. */
  readonly facts: SessionFacts | undefined;
  /** The status of the node's NodePtpDevice. */
  readonly told: NodePtpDeviceStatus | undefined;
  readonly leads: boolean;
  /** For how long the replica that the status names has been gone; undefined: it lives. */
  readonly serverGoneForMs: number | undefined;
  readonly nowUnixMs: number;
}

/** Who this replica is. */
export interface ReplicaSelf {
  /** As `replicaName` makes it. */
  readonly replica: string;
  /** There are no other replicas. */
  readonly isAlone: boolean;
  readonly arrivals: Arrivals;
}

/** A replica's part in the status of one node. */
export interface NodeShare {
  /** What is known of the node's agent, by the session here or by the replica that has it. */
  readonly facts: SessionFacts | undefined;
  /** When the status is this replica's to write, in milliseconds from now; Infinity: it is another's. */
  readonly dueMs: number;
  /** The facts are what was told, let stand until it is due: then they are others. */
  readonly isHeld?: true;
}

/** An agent that leaves gets this long to come back, here or elsewhere, one that comes as long for its first words. */
const handoverMs = 10_000;

/**
 * Decides who writes a node's status, so that it has one writer at a time: the replica the agent is with; after it left,
 * the replica it was with; of nodes that no living replica serves, the leader. What was told of an agent stands for as long
 * as it may be on its way back: whoever is started anew, or takes over, is quiet until it knows better.
 */
export function shareOfNode(view: NodeView, self: ReplicaSelf): NodeShare {
  const { facts, told, nowUnixMs } = view;
  const elsewhere = self.isAlone ? shareAlone(view, self) : toldShare(view, self);
  if (facts?.connected !== true) return elsewhere;
  const heardByUnixMs = facts.sinceUnixMs + handoverMs;
  if (isHeard(facts) || heardByUnixMs <= nowUnixMs) return { facts, dueMs: 0 };
  // Connected and silent: what others told, or this one before, stands until the agent has spoken, or had time to.
  const known = told?.agent?.connected === true ? elsewhere.facts : facts;
  return { facts: known, dueMs: heardByUnixMs - nowUnixMs, isHeld: true };
}

/**
 * An agent that has no config yet, or has just put one into effect, reports in a moment: to tell that alone would be a status
 * that says less than the one before. What it refuses may be all that it has to say.
 */
function isHeard({ report, result, unsendable }: SessionFacts): boolean {
  if (unsendable !== undefined || (report !== undefined && report.revision !== "")) return true;
  return result?.refusal !== undefined || result?.profiles.some(({ outcome }) => outcome === "refused") === true;
}

/** The share of the only replica in the status of a node whose agent is away. */
function shareAlone({ facts, told, nowUnixMs }: NodeView, { arrivals }: ReplicaSelf): NodeShare {
  if (told?.agent === undefined) return { facts, dueMs: firstContactMs(facts, arrivals, nowUnixMs) };
  const dueMs = homecomingEndUnixMs(arrivals) - nowUnixMs;
  if (told.agent.connected && dueMs > 0) return { facts: factsOfStatus(told), dueMs, isHeld: true };
  return { facts: facts && withHistory(facts, told), dueMs: 0 };
}

/** How long the first agent of a node is still waited for: a status that says that it is away would be replaced at once. */
function firstContactMs(facts: SessionFacts | undefined, arrivals: Arrivals, nowUnixMs: number): number {
  return Math.max(0, firstContactEndUnixMs(facts?.sinceUnixMs ?? 0, arrivals) - nowUnixMs);
}

/** The share in the status of a node whose agent is not with this replica. */
function toldShare(view: NodeView, self: ReplicaSelf): NodeShare {
  const { facts, told, leads, serverGoneForMs, nowUnixMs } = view;
  const ofLeader = leads ? 0 : Infinity;
  if (told?.agent === undefined) {
    return { facts, dueMs: Math.max(ofLeader, firstContactMs(facts, self.arrivals, nowUnixMs)) };
  }
  const { servedBy } = told.agent;
  if (servedBy === undefined) return { facts: factsOfStatus(told), dueMs: ofLeader };
  if (podOfReplica(servedBy) === podOfReplica(self.replica)) return ownShare(view, told, self);
  if (serverGoneForMs === undefined) return { facts: factsOfStatus(told), dueMs: Infinity };
  const sinceUnixMs = nowUnixMs - serverGoneForMs;
  const waitMs = orphansEndUnixMs(sinceUnixMs, self.arrivals) - nowUnixMs;
  if (waitMs > 0) return { facts: factsOfStatus(told), dueMs: leads ? waitMs : Infinity, isHeld: true };
  return { facts: { ...factsOfStatus(told), connected: false, sinceUnixMs }, dueMs: ofLeader };
}

/** The share of the replica that had the agent, or of the life of its pod after that. */
function ownShare({ facts, nowUnixMs }: NodeView, told: NodePtpDeviceStatus, { arrivals }: ReplicaSelf): NodeShare {
  const quietMs = homecomingEndUnixMs(arrivals) - nowUnixMs;
  const { servingSinceUnixMs } = arrivals;
  const lostUnixMs = Math.max(facts?.sinceUnixMs ?? 0, servingSinceUnixMs);
  const dueMs = Math.max(0, quietMs, lostUnixMs + handoverMs - nowUnixMs);
  if (quietMs > 0) return { facts: factsOfStatus(told), dueMs, isHeld: true };
  return { facts: withHistory(facts ?? { connected: false, sinceUnixMs: servingSinceUnixMs }, told), dueMs };
}

/** An agent that has said nothing to this process yet is known by what it told the one before. */
function withHistory(facts: SessionFacts, told: NodePtpDeviceStatus | undefined): SessionFacts {
  if (facts.connected || isHeard(facts) || told?.agent === undefined) return facts;
  const known = factsOfStatus(told);
  return known.connected ? { ...known, connected: false, sinceUnixMs: facts.sinceUnixMs } : known;
}
