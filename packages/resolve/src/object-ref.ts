import { defaultNamespace } from "@ptp/api";
import { byBytes } from "@ptp/node";
import type { ConfigObject } from "./cluster-snapshot.ts";

/** Kinds this package refers to, in the order in which their objects are listed. */
const kinds = ["PtpConfig", "NodePTPCfg", "HardwareConfig", "PtpOperatorConfig"] as const;

/** A kind this package refers to. */
export type ObjectKind = (typeof kinds)[number];

/** Which object something is about. */
export interface ObjectRef {
  readonly kind: ObjectKind;
  readonly namespace: string;
  readonly name: string;
  /** `<Kind>/<namespace>/<name>`, as people and status files write it. */
  readonly key: string;
}

/** The reference to an object of a kind; what metadata lacks reads as the default namespace and the name `?`. */
export function objectRef(kind: ObjectKind, { metadata }: ConfigObject): ObjectRef {
  const namespace = word(metadata?.namespace, defaultNamespace);
  const name = word(metadata?.name, "?");
  return { kind, namespace, name, key: `${kind}/${namespace}/${name}` };
}

/** Metadata of an object that no one validated may hold anything. */
function word(value: unknown, fallback: string): string {
  return typeof value === "string" && value !== "" ? value : fallback;
}

/**
 * The order of objects: by kind (PtpConfig before NodePTPCfg), then namespace, then name. Where two objects claim what
 * only one can have, the earlier one gets it: the same one on every replica and whatever the order of arrival.
 */
export function byObject(a: ObjectRef, b: ObjectRef): number {
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || byBytes(a.namespace, b.namespace) || byBytes(a.name, b.name);
}
