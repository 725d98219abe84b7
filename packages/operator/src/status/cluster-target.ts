import type { LeaderElection } from "@ptp/cluster";
import { isDeepStrictEqual } from "node:util";
import { podOfReplica, type ReplicaPods } from "../identity/replica-pods.ts";
import type { SessionFacts } from "../sessions/session-facts.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { ClusterStore } from "../store/cluster-store.ts";
import { keyOf, keyText, type ObjectKey, type StatusKey } from "../store/object-key.ts";
import type { ObjectStatus } from "../store/store.ts";
import { shareOfNode, type NodeShare, type ReplicaSelf } from "./node-share.ts";
import { createPace } from "./pace.ts";
import type { StatusTarget } from "./status-target.ts";

/** What a replica's share of the status depends on. */
export interface ClusterTargetOptions {
  readonly store: ClusterStore;
  readonly sessions: Pick<Sessions, "facts" | "newestUnixMs" | "verify">;
  /** Undefined: this operator has no other replicas. */
  readonly election: Pick<LeaderElection, "isLeading"> | undefined;
  /** Who this replica is, as `replicaName` makes it. */
  readonly replica: string;
  readonly replicas: ReplicaPods;
  readonly operatorNamespace: string;
  readonly nowUnixMs: () => number;
  /** A status was written in place of another. */
  readonly written?: (key: StatusKey, before: ObjectStatus | undefined, now: ObjectStatus) => void;
}

/** The status that this replica writes (design.md section 4, Replicas). */
export interface ClusterTarget extends Required<StatusTarget> {
  /** What is known of a node's agent, from its session here or from the replica that serves it. */
  factsOf(nodeName: string): SessionFacts | undefined;
}

/** An object is written at most once in this time. */
const intervalMs = 5000;

/** Creates a replica's share: the objects of the nodes it serves, and while it leads those that span nodes. */
export function createClusterTarget(options: ClusterTargetOptions): ClusterTarget {
  return new ReplicaShare(options);
}

class ReplicaShare implements ClusterTarget {
  readonly #options: ClusterTargetOptions;
  /** The first pass comes when the cluster is known and agents are served. */
  #servingSinceUnixMs: number | undefined;
  readonly #pace = createPace(intervalMs);
  /** Nodes that are told to be with this replica, by the session that stands. */
  readonly #claims = new Set<string>();

  constructor(options: ClusterTargetOptions) {
    this.#options = options;
  }

  statusOf(key: StatusKey): ObjectStatus | undefined {
    return this.#options.store.statusOf(key);
  }

  /** Objects of nodes count also where nobody has written a status: they go with their node. */
  statusKeys(): readonly StatusKey[] {
    const { store, operatorNamespace } = this.#options;
    const ofNodes = [...store.state().objects.values()].map(keyOf).filter(isOfNode);
    const own = ofNodes.filter(({ namespace }) => namespace === operatorNamespace);
    return [...store.statusKeys().filter((key) => !isOfNode(key)), ...own];
  }

  async writeStatus(key: StatusKey, status: ObjectStatus | undefined): Promise<void> {
    const { store, written } = this.#options;
    const before = store.statusOf(key);
    if (!isOfNode(key)) await store.writeStatus(key, status);
    else if (status === undefined) await store.remove(key);
    else {
      if (!store.has(key)) await store.create(key);
      await store.writeStatus(key, status);
    }
    if (isDeepStrictEqual(before, status)) return;
    this.#pace.note(keyText(key), performance.now());
    if (status !== undefined) written?.(key, before, status);
  }

  dueMs(key: StatusKey, status: ObjectStatus | undefined): number {
    const paceMs = this.#pace.waitMs(keyText(key), performance.now());
    const isOfLeader = !isOfNode(key) || status === undefined;
    if (isOfLeader) return this.#leads() ? paceMs : Infinity;
    return Math.max(paceMs, this.#shareOf(key.name).dueMs);
  }

  holds(key: StatusKey, status: ObjectStatus | undefined): boolean {
    return this.#options.store.holds(key, status);
  }

  isHeld(key: StatusKey): boolean {
    return isOfNode(key) && this.#shareOf(key.name).isHeld === true;
  }

  wants(key: StatusKey): boolean {
    return isOfNode(key) ? this.#shareOf(key.name).dueMs < Infinity : this.#leads();
  }

  factsOf(nodeName: string): SessionFacts | undefined {
    return this.#shareOf(nodeName).facts;
  }

  #shareOf(name: string): NodeShare {
    const { sessions, replica, replicas, operatorNamespace: namespace, nowUnixMs } = this.#options;
    const told = this.statusOf({ kind: "NodePtpDevice", namespace, name });
    const now = nowUnixMs();
    const servedBy = (told?.["agent"] as { readonly servedBy?: string } | undefined)?.servedBy;
    const isElsewhere = servedBy !== undefined && podOfReplica(servedBy) !== podOfReplica(replica);
    const serverGoneForMs = isElsewhere ? replicas.goneForMs(servedBy, now) : undefined;
    const facts = sessions.facts(name);
    this.#compareClaims(name, facts?.connected === true, servedBy);
    return shareOfNode({ facts, told, leads: this.#leads(), serverGoneForMs, nowUnixMs: now }, this.#self(now));
  }

  /**
   * An agent has one session. Where another replica is told in place of this one while the session here stands, one of the
   * two is a connection that was lost and not closed: without a question both would be written, turn by turn.
   */
  #compareClaims(name: string, isConnected: boolean, servedBy: string | undefined): void {
    if (!isConnected) this.#claims.delete(name);
    else if (servedBy === undefined) return;
    else if (podOfReplica(servedBy) === podOfReplica(this.#options.replica)) this.#claims.add(name);
    else if (this.#claims.delete(name)) this.#options.sessions.verify(name);
  }

  #self(now: number): ReplicaSelf {
    const { sessions, replica, election } = this.#options;
    this.#servingSinceUnixMs ??= now;
    const arrivals = { servingSinceUnixMs: this.#servingSinceUnixMs, newestUnixMs: sessions.newestUnixMs() };
    return { replica, isAlone: election === undefined, arrivals };
  }

  #leads(): boolean {
    return this.#options.election?.isLeading() ?? true;
  }
}

function isOfNode(key: ObjectKey): key is StatusKey {
  return key.kind === "NodePtpDevice" || key.kind === "NodePTPDev";
}
