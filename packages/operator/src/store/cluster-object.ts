import type { KubeMeta, KubeObject } from "@ptp/cluster";
import { readDocuments, type ClusterDocument } from "@ptp/api";
import { isDeepStrictEqual } from "node:util";
import { keyText, type ObjectKey } from "./object-key.ts";
import type { StoreProblem } from "./store.ts";

/** What an object of the cluster contributes to the state. */
export interface ClusterObject {
  /** All of it that can change the state: no status, no version. */
  readonly content: unknown;
  /** What is used: this version, or the last good one. Undefined if nothing of it can be. */
  readonly document: ClusterDocument | undefined;
  readonly lastGood: ClusterDocument | undefined;
  readonly problem: StoreProblem | undefined;
}

/**
 * Folds a new version of an object into what it contributed before; the same value comes back if that changes nothing,
 * as when only its status was written. The API server lets nothing broken in by today's schema, but what it took by an
 * older one stays: such an object keeps its last good version, and without one contributes what resolution finds sound.
 */
export function foldClusterObject(object: KubeObject, before: ClusterObject | undefined): ClusterObject {
  const content = contentOf(object);
  if (before !== undefined && isDeepStrictEqual(before.content, content)) return before;
  const [reading] = readDocuments(content);
  const nothing = { content, document: undefined, lastGood: undefined, problem: undefined };
  if (reading === undefined || reading.type === "foreign") return nothing;
  if (reading.type === "document") {
    return { content, document: reading.document, lastGood: reading.document, problem: undefined };
  }
  const isAnother = before?.lastGood?.metadata.uid !== object.metadata.uid;
  const lastGood = isAnother ? undefined : before?.lastGood;
  const key = clusterKey(object);
  const problem = { source: keyText(key), object: key, findings: reading.findings };
  return { content, document: lastGood ?? (reading.document as ClusterDocument | undefined), lastGood, problem };
}

/** The key of an object as the cluster has it: what has no namespace there has none. */
export function clusterKey({ kind, metadata }: KubeObject): ObjectKey {
  // Only kinds of documents are followed.
  return { kind: kind as ObjectKey["kind"], namespace: metadata.namespace ?? "", name: metadata.name };
}

/** An annotation that repeats the whole object. */
const appliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

function contentOf(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object as KubeObject & { readonly status?: unknown };
  return { ...rest, metadata: metadataOf(object.metadata) };
}

function metadataOf(metadata: KubeMeta): KubeMeta {
  const { resourceVersion: _version, managedFields: _managed, annotations, ...rest } = metadata;
  if (annotations === undefined) return rest;
  const { [appliedAnnotation]: _applied, ...others } = annotations;
  return { ...rest, annotations: others };
}
