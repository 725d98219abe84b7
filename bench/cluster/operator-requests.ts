import type { AuditedRequest, ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { operatorUser } from "./cluster-world.ts";

/** A span of the system's clock, in ms. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the operator asked of the API server in a while. */
export interface OperatorRequest {
  readonly atMs: number;
  /** `patch nodeptpdevices/status`. */
  readonly what: string;
}

/** All that the operator (all replicas) has asked so far, oldest first. */
export async function operatorRequests({ audit }: ControlPlane): Promise<readonly OperatorRequest[]> {
  const requests = (await audit?.read()) ?? [];
  return requests
    .filter(({ user }) => user === operatorUser)
    .map((request) => ({ atMs: Date.parse(request.receivedAt), what: whatOf(request) }))
    .sort((a, b) => a.atMs - b.atMs);
}

/** The requests of a span. */
export function inSpan(requests: readonly OperatorRequest[], { fromMs, toMs }: Span): readonly OperatorRequest[] {
  return requests.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

/** Requests by what they were, the most frequent first: `12 × patch leases, …`. */
export function countsText(requests: readonly OperatorRequest[]): string {
  const counts = [...Map.groupBy(requests, ({ what }) => what)].map(([what, { length }]) => ({ what, length }));
  const sorted = counts.sort((a, b) => b.length - a.length);
  return sorted.map(({ what, length }) => `${length} × ${what}`).join(", ") || "none";
}

/** `/apis/group/v1/namespaces/ns/plural/name/status` → `plural/status`. */
function whatOf({ verb, uri }: AuditedRequest): string {
  const [path = ""] = uri.split("?", 1);
  const words = path
    .replace(/^\/(?:api|apis\/[^/]+)\/[^/]+/, "")
    .split("/")
    .filter(Boolean);
  const [plural = path, , subresource] = words[0] === "namespaces" && words.length > 2 ? words.slice(2) : words;
  return `${verb} ${subresource === undefined ? plural : `${plural}/${subresource}`}`;
}
