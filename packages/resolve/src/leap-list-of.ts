import { sharedLeapListKey } from "@ptp/api";
import type { ClusterSnapshot } from "./cluster-snapshot.ts";

/**
 * Text of the leap second list that a node is given: its own, else the one for all; undefined: none. Whether it is a list
 * the node judges. An empty entry is none, and so is one with half of a surrogate pair: no revision can be taken of it.
 */
export function leapListOf(nodeName: string, lists: ClusterSnapshot["leapLists"] = {}): string | undefined {
  const text = [nodeName, sharedLeapListKey].flatMap((key) => (Object.hasOwn(lists, key) ? (lists[key] ?? []) : []));
  return text.find((each) => each.trim() !== "" && each.isWellFormed());
}
