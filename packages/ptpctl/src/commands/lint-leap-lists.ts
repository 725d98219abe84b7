import type { ConfigMapDocument, Finding, Findings } from "@ptp/api";
import { parseLeapList } from "@ptp/ptp";
import { createHash } from "node:crypto";

const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");

/** Judges the lists of `leap-configmap` as nodes do; an empty entry is none. */
export function lintLeapLists({ data = {} }: ConfigMapDocument): Findings {
  const errors = Object.entries(data).flatMap(([key, text]): readonly Finding[] => {
    const reading = text.trim() === "" ? undefined : parseLeapList(text, sha1Hex);
    if (reading === undefined || reading.ok) return [];
    const { line, reason } = reading.problem;
    const place = { path: `data.${key}`, ...(line !== undefined && { line }) };
    return [{ ...place, message: `is no leap second list, nodes keep the last good one: ${reason}` }];
  });
  return { errors, warnings: [] };
}
