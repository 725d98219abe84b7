import type { ClusterDocument, Finding, InvalidResource } from "@ptp/api";

/** A valid object and where it stands. */
export interface ValidObject {
  readonly state: "valid";
  /** `Kind/namespace/name`, or `Kind/name` of a Node. */
  readonly key: string;
  readonly file: string;
  readonly document: ClusterDocument;
}

/** An object that broke its schema but has a name: the resolver uses what is sound in it. */
export interface InvalidObject {
  readonly state: "invalid";
  readonly key: string;
  readonly file: string;
  readonly document: InvalidResource;
  readonly findings: readonly Finding[];
}

/** An object that can be used. */
export type InventoryObject = ValidObject | InvalidObject;

/** An object that is defined a second time. */
export interface DuplicateObject {
  readonly object: InventoryObject;
  /** Names both places and the remedy. */
  readonly finding: Finding;
}

/** Something that was read and is left out. */
export interface InputProblem {
  readonly file: string;
  /** The object as far as it can be told, such as `items[2] PtpConfig/openshift-ptp/?`; absent for a broken text. */
  readonly object?: string;
  readonly findings: readonly Finding[];
}

/** Everything behind the `-f` arguments. */
export interface Inventory {
  /** In the order of reading, each key once. */
  readonly objects: readonly InventoryObject[];
  /** Objects whose key an earlier one has: what they say is left out. */
  readonly duplicates: readonly DuplicateObject[];
  readonly problems: readonly InputProblem[];
  /** `file: Kind/namespace/name` of objects that this project has no use for. */
  readonly foreign: readonly string[];
}
