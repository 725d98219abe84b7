import type { ConditionDraft, NodeResolution } from "@ptp/resolve";
import { textTable } from "../text/text-table.ts";
import { indent } from "../text/wrap.ts";
import type { ObjectStatus, StatusByObject } from "./object-status.ts";

/** The result of `ptpctl resolve` for people: nodes, objects, then the words of what is not well. */
export function resolutionText(nodes: ReadonlyMap<string, NodeResolution>, status: StatusByObject): string {
  const nodeRows = [...nodes].map(([name, { config, revision, conflicts }]) => [
    name,
    revision,
    String(conflicts.length),
    config.profiles.length === 0 ? "-" : config.profiles.map((profile) => profile.name),
  ]);
  const objectRows = [...status].map(([key, each]) => [
    key,
    conditionStatus(each.conditions, "ConfigValid"),
    conditionStatus(each.conditions, "NodesMatched"),
    String(selectedCount(each)),
  ]);
  const parts = [
    nodeRows.length === 0 ? "" : textTable(["NODE", "REVISION", "CONFLICTS", "PROFILES"], nodeRows),
    objectRows.length === 0 ? "" : textTable(["OBJECT", "CONFIGVALID", "NODESMATCHED", "SELECTED"], objectRows),
    problemText(status),
    [...nodes].map(([name, { conflicts }]) => conflictText(name, conflicts)).join(""),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** The conflicts of one node as lines; empty if there are none. */
export function conflictText(nodeName: string, conflicts: NodeResolution["conflicts"]): string {
  return conflicts
    .map(({ kind, subject, message }) => `conflict on ${nodeName}: ${kind} ${subject}\n${indent(message, 2)}`)
    .join("");
}

function problemText(status: StatusByObject): string {
  return [...status]
    .flatMap(([key, { conditions }]) =>
      conditions
        .filter(({ status, message }) => status !== "True" && message !== "")
        .map(({ type, status, reason, message }) => `${key}: ${type}=${status} (${reason})\n${indent(message, 2)}`),
    )
    .join("");
}

function conditionStatus(conditions: readonly ConditionDraft[], type: string): string {
  return conditions.find((each) => each.type === type)?.status ?? "-";
}

function selectedCount(each: ObjectStatus): number | string {
  if ("matchList" in each) return each.matchList.length;
  return "matchedNodes" in each ? each.matchedNodes.length : "-";
}
