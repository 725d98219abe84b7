import type { KubeObject } from "../objects/kube-object.ts";
import type { Resource } from "../objects/resource.ts";

/** Something that happened to an object, for `kubectl describe`. */
export interface Happening {
  /** The object as the cache has it; a cluster-scoped one is told about in namespace `default`. */
  readonly regarding: KubeObject;
  readonly type: "Normal" | "Warning";
  /** One CamelCase word such as `ProfileApplied`. */
  readonly reason: string;
  /** What was being done, one CamelCase word; of two happenings with the same one the newer says how it stands. */
  readonly action: string;
  /** For people; cut at 1,024 bytes. */
  readonly note: string;
}

/** Who tells. */
export interface EventSource {
  /** Such as `ptp.openshift.io/operator`. */
  readonly controller: string;
  /** The pod. */
  readonly instance: string;
}

/** Where events are served. */
export const events: Resource = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
  namespaced: true,
};

/** What makes one event different from all others. */
export interface EventIdentity {
  readonly time: Date;
  /** Hex digits that no other event of this object has. */
  readonly suffix: string;
}

/** The events.k8s.io/v1 Event for a happening. */
export function toEvent(
  { regarding, ...what }: Happening,
  source: EventSource,
  { time, suffix }: EventIdentity,
): KubeObject {
  const { apiVersion, kind, metadata } = regarding;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `${name.slice(0, 200)}.${suffix}`, namespace: eventNamespace(regarding) },
    eventTime: time.toISOString().replace("Z", "000Z"),
    type: what.type,
    reason: what.reason.slice(0, 128),
    action: what.action.slice(0, 128),
    note: cut(what.note, 1024),
    reportingController: source.controller,
    reportingInstance: source.instance.slice(0, 128),
    regarding: {
      apiVersion,
      kind,
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  } as KubeObject;
}

/** Where the events of an object are kept. */
export function eventNamespace({ metadata }: KubeObject): string {
  return metadata.namespace ?? "default";
}

/** Cuts text to a number of UTF-8 bytes, never inside a character, and shows that something is missing. */
function cut(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxBytes) return text;
  const kept = new TextDecoder().decode(bytes.subarray(0, maxBytes - 3)).replace(/\u{fffd}+$/u, "");
  return `${kept}…`;
}
