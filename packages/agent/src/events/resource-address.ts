import type { EventResource } from "@ptp/truth";
import { resourceNames } from "./resources.ts";

/** A name of version 1 that consumers may still use. */
const alias = { path: "/sync/ptp-status/ptp-clock-class-change", resource: "clock-class" } as const;

const leaves = [...resourceNames, alias].map(({ resource, path }) => ({
  resource,
  segments: path.slice(1).split("/"),
}));

/** Addresses are short; what is longer is none. */
const maxLength = 1_024;

/**
 * The resources of this node that an address means: one for a full address, those below it for an inner one, such as
 * `/cluster/node/w1/sync`. `.` is this cluster or node, `*` any; the first two segments are `cluster/node/NAME` or any
 * cluster and a node, as O-RAN writes it. Undefined where nothing of this node is meant.
 */
export function resourcesOf(address: string, nodeName: string): readonly EventResource[] | undefined {
  if (!address.startsWith("/") || address.length > maxLength) return undefined;
  const segments = address.slice(1).split("/");
  if (segments.at(-1) === "") segments.pop();
  const below = belowNode(segments, nodeName);
  if (below === undefined) return undefined;
  const meant = leaves.filter((leaf) => isPrefix(below, leaf.segments)).map(({ resource }) => resource);
  return meant.length === 0 ? undefined : [...new Set(meant)];
}

/** What follows the node, if it is this one. */
function belowNode(segments: readonly string[], nodeName: string): readonly string[] | undefined {
  const isNode = (name: string | undefined): boolean => name === nodeName || isAny(name);
  const [first, second, third] = segments;
  if (first === "cluster" && second === "node") {
    // Clients that tidy a path take the `.` of a node away.
    if (third === "sync" && nodeName !== "sync") return segments.slice(2);
    return isNode(third) ? segments.slice(3) : undefined;
  }
  if (first === "*" && second === "sync") return segments.slice(1);
  const isCluster = isAny(first) || first === "cluster";
  return isCluster && isNode(second) ? segments.slice(2) : undefined;
}

function isAny(segment: string | undefined): boolean {
  return segment === "." || segment === "*";
}

function isPrefix(segments: readonly string[], leaf: readonly string[]): boolean {
  return segments.length <= leaf.length && segments.every((segment, at) => segment === "*" || segment === leaf[at]);
}
