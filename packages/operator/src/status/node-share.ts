import type { NodePtpDeviceStatus } from "@ptp/api";
import { podOfReplica } from "../identity/replica-pods.ts";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { factsOfStatus } from "./facts-of-status.ts";

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
  readonly startedUnixMs: number;
  /** There are no other replicas. */
  readonly isAlone: boolean;
}

/** A replica's part in the status of one node. */
export interface NodeShare {
  /** What is known of the node's agent, by the session here or by the replica that has it. */
  readonly facts: SessionFacts | undefined;
  /** When the status is this replica's to write, in milliseconds from now; Infinity: it is another's. */
  readonly dueMs: number;
}

/** An agent that leaves gets this long to come back, here or elsewhere, one that comes as long for its first words. */
const handoverMs = 10_000;

/** A replica is missed for this long before the leader speaks for the nodes that it served. */
const orphanMs = 15_000;

/**
 * Decides who writes a node's status, so that it has one writer at a time: the replica the agent is with; after it left,
 * the replica it was with; of nodes that no living replica serves, the leader.
 */
export function shareOfNode(view: NodeView, self: ReplicaSelf): NodeShare {
  const { facts, told, nowUnixMs } = view;
  const isConnected = facts?.connected === true;
  if (isConnected && (isHeard(facts) || facts.sinceUnixMs + handoverMs <= nowUnixMs)) return { facts, dueMs: 0 };
  if (self.isAlone) return { facts: facts && withHistory(facts, told), dueMs: 0 };
  const elsewhere = toldShare(view, self);
  if (!isConnected) return elsewhere;
  // Connected and silent: what others told stands until the agent has spoken, or had time to.
  const dueMs = Math.min(elsewhere.dueMs, facts.sinceUnixMs + handoverMs - nowUnixMs);
  return { facts: isByOther(told, self) ? elsewhere.facts : facts, dueMs };
}

function isHeard({ report, result }: SessionFacts): boolean {
  return report !== undefined || result !== undefined;
}

/** The share in the status of a node whose agent is not with this replica. */
function toldShare(view: NodeView, self: ReplicaSelf): NodeShare {
  const { facts, told, leads, serverGoneForMs, nowUnixMs } = view;
  const ofLeader = leads ? 0 : Infinity;
  if (told?.agent === undefined) return { facts, dueMs: ofLeader };
  const { servedBy } = told.agent;
  if (servedBy === undefined) return { facts: factsOfStatus(told), dueMs: ofLeader };
  if (podOfReplica(servedBy) === podOfReplica(self.replica)) {
    // By this replica, or by the life of its pod before this one.
    const lostUnixMs = Math.max(facts?.sinceUnixMs ?? 0, self.startedUnixMs);
    const lost = facts ?? { connected: false, sinceUnixMs: self.startedUnixMs };
    return { facts: withHistory(lost, told), dueMs: Math.max(0, lostUnixMs + handoverMs - nowUnixMs) };
  }
  if (serverGoneForMs === undefined) return { facts: factsOfStatus(told), dueMs: Infinity };
  const waitMs = Math.max(0, orphanMs - serverGoneForMs);
  if (waitMs > 0) return { facts: factsOfStatus(told), dueMs: leads ? waitMs : Infinity };
  const sinceUnixMs = nowUnixMs - serverGoneForMs;
  return { facts: { ...factsOfStatus(told), connected: false, sinceUnixMs }, dueMs: ofLeader };
}

function isByOther(told: NodePtpDeviceStatus | undefined, self: ReplicaSelf): boolean {
  const servedBy = told?.agent?.servedBy;
  return servedBy !== undefined && podOfReplica(servedBy) !== podOfReplica(self.replica);
}

/** An agent that has said nothing to this process yet is known by what it told the one before. */
function withHistory(facts: SessionFacts, told: NodePtpDeviceStatus | undefined): SessionFacts {
  if (facts.connected || isHeard(facts) || told?.agent === undefined) return facts;
  const known = factsOfStatus(told);
  return known.connected ? { ...known, connected: false, sinceUnixMs: facts.sinceUnixMs } : known;
}
