import type { ClusterDocument, Condition, Finding } from "@ptp/api";
import type { ClusterSnapshot } from "@ptp/resolve";
import type { ObjectKey, StatusKey } from "./object-key.ts";

/** The part of a status this project writes into every kind; each kind adds fields of its own. */
export interface ObjectStatus {
  readonly conditions?: readonly Condition[];
  readonly observedGeneration?: number;
  readonly [field: string]: unknown;
}

/** Something a source holds that cannot be used. What was good before it stays in the snapshot. */
export interface StoreProblem {
  /** Where: a file with the place in it, or an object of the cluster. */
  readonly source: string;
  /** The object it is about, if that much could be read. */
  readonly object?: ObjectKey;
  readonly findings: readonly Finding[];
}

/** What a source holds at one moment; a value, never changed. */
export interface StoreState {
  /** What resolution looks at; may stay the same value where only objects changed that it does not look at. */
  readonly snapshot: ClusterSnapshot;
  /** Every usable object by its key text, with `metadata.generation` set. */
  readonly objects: ReadonlyMap<string, ClusterDocument>;
  readonly problems: readonly StoreProblem[];
}

/**
 * Where the objects come from and where their status goes: a directory or a cluster. Both pass `storeContract`
 * (testing/store-contract.ts).
 */
export interface Store {
  /** True once everything that existed at start is in the state, or was found wanting. */
  synced(): boolean;
  /** The newest state. The same value until something changes. */
  state(): StoreState;
  /** Calls back after each change of the state; returns the way to stop it. */
  subscribe(listener: () => void): () => void;
  /** The last status written to an object, also by a process before this one. */
  statusOf(key: StatusKey): ObjectStatus | undefined;
  /**
   * Replaces the status of an object; does nothing if it is the same already. Undefined removes it.
   *
   * @throws AppError transient if it cannot be written now.
   */
  writeStatus(key: StatusKey, status: ObjectStatus | undefined): Promise<void>;
  /** Keys of all objects that have a status. */
  statusKeys(): readonly StatusKey[];
}
