import { isDeepStrictEqual } from "node:util";
import type { LeaderElection } from "@ptp/cluster";
import type { SessionFacts } from "../sessions/session-facts.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { ClusterStore } from "../store/cluster-store.ts";
import { keyOf, keyText, type ObjectKey, type StatusKey } from "../store/object-key.ts";
import type { ObjectStatus } from "../store/store.ts";
import { factsOfStatus } from "./facts-of-status.ts";
import { createPace } from "./pace.ts";
import type { StatusTarget } from "./status-target.ts";

/** What a replica's share of the status depends on. */
export interface ClusterTargetOptions {
  readonly store: ClusterStore;
  readonly sessions: Pick<Sessions, "facts">;
  /** Undefined: this operator has no other replicas. */
  readonly election: Pick<LeaderElection, "isLeading"> | undefined;
  readonly operatorNamespace: string;
  readonly nowUnixMs: () => number;
}

/** The status that this replica writes (design.md section 4, Replicas). */
export interface ClusterTarget extends Required<StatusTarget> {
  /** What is known of a node's agent, from its session here or from the replica that serves it. */
  factsOf(nodeName: string): SessionFacts | undefined;
}

/** An object is written at most once in this time. */
const intervalMs = 5000;

/** An agent that leaves gets this long to come back, here or elsewhere, one that comes as long for its first words. */
const handoverMs = 10_000;

/** Creates a replica's share: the objects of the nodes it serves, and while it leads those that span nodes. */
export function createClusterTarget(options: ClusterTargetOptions): ClusterTarget {
  return new ReplicaShare(options);
}

class ReplicaShare implements ClusterTarget {
  readonly #options: ClusterTargetOptions;
  readonly #pace = createPace(intervalMs);
  /** What this replica last wrote for a node, as the cluster has it. */
  readonly #written = new Map<string, ObjectStatus | undefined>();

  constructor(options: ClusterTargetOptions) {
    this.#options = options;
  }

  statusOf(key: StatusKey): ObjectStatus | undefined {
    return this.#options.store.statusOf(key);
  }

  /** Objects of nodes count also where nobody has written a status: they go with their node. */
  statusKeys(): readonly StatusKey[] {
    const { store, operatorNamespace } = this.#options;
    const devices = [...store.state().objects.values()].map(keyOf).filter(isDevice);
    const own = devices.filter(({ namespace }) => namespace === operatorNamespace);
    return [...store.statusKeys().filter((key) => !isDevice(key)), ...own];
  }

  async writeStatus(key: StatusKey, status: ObjectStatus | undefined): Promise<void> {
    const { store } = this.#options;
    const name = keyText(key);
    const isSame = isDeepStrictEqual(store.statusOf(key), status);
    if (!isDevice(key)) await store.writeStatus(key, status);
    else if (status === undefined) {
      await store.remove(key);
      this.#written.delete(name);
    } else {
      if (!store.has(key)) await store.create(key);
      await store.writeStatus(key, status);
      this.#written.set(name, store.statusOf(key));
    }
    if (!isSame) this.#pace.note(name, performance.now());
  }

  dueMs(key: StatusKey, status: ObjectStatus | undefined): number {
    const paceMs = this.#pace.waitMs(keyText(key), performance.now());
    const isOfLeader = !isDevice(key) || status === undefined;
    if (isOfLeader) return this.#leads() ? paceMs : Infinity;
    return Math.max(paceMs, this.#deviceDueMs(key));
  }

  factsOf(nodeName: string): SessionFacts | undefined {
    const { sessions, election, operatorNamespace: namespace } = this.#options;
    const facts = sessions.facts(nodeName);
    if (election === undefined || (facts !== undefined && this.#speaks(facts))) return facts;
    const key: StatusKey = { kind: "NodePtpDevice", namespace, name: nodeName };
    const told = this.statusOf(key);
    if (told === undefined || this.#isOurs(key, told)) return facts;
    return factsOfStatus(told);
  }

  #deviceDueMs(key: StatusKey): number {
    const { sessions, election, nowUnixMs } = this.#options;
    const facts = sessions.facts(key.name);
    const told = this.statusOf(key);
    if (election === undefined || told === undefined) return facts?.connected === true || this.#leads() ? 0 : Infinity;
    if (facts === undefined || (!facts.connected && !this.#isOurs(key, told))) return Infinity;
    if (this.#speaks(facts)) return 0;
    return Math.max(0, facts.sinceUnixMs + handoverMs - nowUnixMs());
  }

  /** Whether a node's agent is connected here and has said how it is. */
  #speaks({ connected, report, result, sinceUnixMs }: SessionFacts): boolean {
    const isSilent = report === undefined && result === undefined;
    return connected && (!isSilent || sinceUnixMs + handoverMs <= this.#options.nowUnixMs());
  }

  /** Whether no other replica has written since this one did. */
  #isOurs(key: StatusKey, told: ObjectStatus): boolean {
    const written = this.#written.get(keyText(key));
    return written !== undefined && isDeepStrictEqual(told, written);
  }

  #leads(): boolean {
    return this.#options.election?.isLeading() ?? true;
  }
}

function isDevice(key: ObjectKey): key is StatusKey {
  return key.kind === "NodePtpDevice";
}
