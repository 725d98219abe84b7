import type { JsonValue } from "@ptp/node";
import { indent } from "../text/wrap.ts";
import { lineChanges } from "./line-changes.ts";
import type { FieldChange, NodeChange, ProfileChange } from "./profile-change.ts";

/** Longest value that stands in its line, in characters. */
const longestValue = 60;

/** The changes of all nodes for people; nodes without one share the last line. */
export function diffText(nodes: ReadonlyMap<string, NodeChange>): string {
  const changed = [...nodes].filter(([, { equal }]) => !equal);
  const equal = [...nodes].filter(([, { equal }]) => equal).map(([name]) => name);
  const parts = changed.map(([name, change]) => nodeText(name, change));
  if (equal.length > 0) parts.push(`no change: ${equal.join(", ")}\n`);
  return parts.join("\n");
}

function nodeText(name: string, { problems = [], profiles, processes, refused }: NodeChange): string {
  return [
    `node ${name}\n`,
    ...problems.map((problem) => `  ! ${indent(problem, 4).trimStart()}`),
    ...profiles.map(profileText),
    ...refused.map(({ profile, path, reason }) => `  ! ${profile} would be refused: ${path}\n${indent(reason, 6)}`),
    ...processes.map((each) => {
      const what = each.what === undefined ? "" : `: ${each.what.join(", ")}`;
      return `  ${each.change} ${each.name} of ${each.profile}${what}\n`;
    }),
  ].join("");
}

const signs = { added: "+", removed: "-", changed: "~" } as const;

function profileText({ name, change, why = [], fields = [] }: ProfileChange): string {
  const reasons = why.map((line) => indent(line, 6));
  return [`  ${signs[change]} ${name}\n`, ...reasons, ...fields.map(fieldText)].join("");
}

function fieldText({ path, old, new: now, note }: FieldChange): string {
  const remark = note === undefined ? "" : indent(note, 8);
  const isLong = [old, now].some((value) => typeof value === "string" && value.includes("\n"));
  if (!isLong) return `      ${path}: ${show(old)} -> ${show(now)}\n${remark}`;
  const lines = lineChanges(asText(old), asText(now)).map((line) => `        ${line}\n`);
  return `      ${path}:\n${lines.join("")}${remark}`;
}

function asText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return "absent";
  const text = JSON.stringify(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}
