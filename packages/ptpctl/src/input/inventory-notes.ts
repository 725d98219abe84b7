import { toText, type Finding } from "@ptp/api";
import type { Note } from "../outcome.ts";
import type { Inventory } from "./inventory.ts";

/** More lines of one sort help nobody. */
const longestList = 50;

/** What is left out of the result, for stderr. */
export function inventoryNotes({ problems, duplicates, foreign }: Inventory): readonly Note[] {
  const errors = [
    ...problems.flatMap(({ file, object, findings }) => findings.map((finding) => describe(file, object, finding))),
    ...duplicates.map(({ object: { file, key }, finding }) => describe(file, key, finding)),
  ];
  const skipped = foreign.map((each) => `${each} is of a kind that has no part in this; skipped`);
  return [...toNotes(errors, "error"), ...toNotes(skipped, "warning")];
}

function describe(file: string, object: string | undefined, finding: Finding): string {
  const isOfFile = object === undefined && finding.path === "" && finding.line !== undefined;
  if (isOfFile) return `${file}:${finding.line}: ${finding.message}`;
  return [file, object, toText(finding)].filter((part) => part !== undefined).join(": ");
}

function toNotes(texts: readonly string[], severity: Note["severity"]): readonly Note[] {
  const notes = texts.slice(0, longestList).map((text) => ({ severity, text }));
  const more = texts.length - notes.length;
  return more > 0 ? [...notes, { severity, text: `… and ${more} more of this sort` }] : notes;
}
