import type { NodeObject } from "./cluster-snapshot.ts";

/** One rule of a recommendation's match; with both fields set, either one is enough. An empty text counts as absent. */
export interface MatchRule {
  readonly nodeName?: string;
  readonly nodeLabel?: string;
}

/** What a recommendation matches by: its rules, and what having none means. */
export interface MatchSpec {
  readonly match: readonly MatchRule[];
  readonly emptyMatchSelects: "every" | "none";
}

/**
 * Why a node matches, in words, by the first rule that holds; undefined if none does. This is the definition; `Matcher`
 * finds the same through indexes.
 */
export function whyMatches({ match, emptyMatchSelects }: MatchSpec, node: NodeObject): string | undefined {
  if (match.length === 0) return emptyMatchSelects === "every" ? everyNode : undefined;
  return match.map((rule) => whyRuleHolds(rule, node)).find((why) => why !== undefined);
}

/** What an empty match says. */
export const everyNode = "an empty match selects every node";

function whyRuleHolds({ nodeName = "", nodeLabel = "" }: MatchRule, node: NodeObject): string | undefined {
  if (nodeName !== "" && nodeName === node.metadata.name) return `nodeName ${nodeName} is this node`;
  return nodeLabel !== "" && hasLabel(node, nodeLabel) ? `the node has label ${nodeLabel}` : undefined;
}

/** `key` asks for the label with any value; `key=value` and `key=` compare the value. */
function hasLabel({ metadata: { labels = {} } }: NodeObject, nodeLabel: string): boolean {
  const { key, value } = splitLabel(nodeLabel);
  return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
}

/** The parts of a nodeLabel; a label key holds no `=`, so the first one ends it. */
export function splitLabel(nodeLabel: string): { readonly key: string; readonly value?: string } {
  const at = nodeLabel.indexOf("=");
  return at === -1 ? { key: nodeLabel } : { key: nodeLabel.slice(0, at), value: nodeLabel.slice(at + 1) };
}

/** The rules in words, for a node that none of them selects. */
export function describeRules({ match }: MatchSpec): string {
  if (match.length === 0) return "the match is empty and annotation ptp.openshift.io/empty-match is none";
  const parts = match.flatMap(({ nodeName = "", nodeLabel = "" }) => [
    ...(nodeName === "" ? [] : [`nodeName ${nodeName}`]),
    ...(nodeLabel === "" ? [] : [`nodeLabel ${nodeLabel}`]),
  ]);
  const shown = parts.slice(0, 10).join(", ") + (parts.length > 10 ? `, … (${parts.length - 10} more)` : "");
  return parts.length === 0 ? "no rule names a node or a label" : `this node has none of: ${shown}`;
}
