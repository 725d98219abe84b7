import type { StatusObject } from "../connection/api-error.ts";
import type { KubeObject } from "../objects/kube-object.ts";

/** One line of a watch. */
export type WatchEvent =
  | { readonly type: "changed" | "deleted"; readonly object: KubeObject }
  | { readonly type: "bookmark"; readonly resourceVersion: string }
  | { readonly type: "error"; readonly status: StatusObject }
  | { readonly type: "unknown"; readonly text: string };

/** Reads a line of a watch; whatever is no such line is `unknown`, never an exception. */
export function readWatchEvent(line: unknown): WatchEvent {
  if (!isRecord(line) || !isRecord(line["object"])) return unknown(line);
  const { type, object } = line;
  if (type === "ERROR") return { type: "error", status: object };
  const metadata = object["metadata"];
  const resourceVersion = isRecord(metadata) ? metadata["resourceVersion"] : undefined;
  if (!isRecord(metadata) || typeof resourceVersion !== "string") return unknown(line);
  if (type === "BOOKMARK") return { type: "bookmark", resourceVersion };
  if (typeof metadata["name"] !== "string") return unknown(line);
  // The API server checked the rest against the schema of its kind.
  const known = object as unknown as KubeObject;
  if (type === "ADDED" || type === "MODIFIED") return { type: "changed", object: known };
  return type === "DELETED" ? { type: "deleted", object: known } : unknown(line);
}

/**
 * Whether resource version `a` is older than `b`: decimal numbers of any length, as Kubernetes promises since 1.35 and
 * always did. What is no number is never older.
 */
export function isOlderVersion(a: string, b: string): boolean {
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return false;
  return BigInt(a) < BigInt(b);
}

function unknown(line: unknown): WatchEvent {
  return { type: "unknown", text: JSON.stringify(line)?.slice(0, 200) ?? "" };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
