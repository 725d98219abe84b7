import { indent } from "../text/wrap.ts";
import type { NodeExplanation } from "./node-explanation.ts";
import { conflictText } from "./resolution-text.ts";

/** An explanation for people: what runs, then every recommendation from the strongest verdict to the weakest. */
export function explanationText(explanation: NodeExplanation): string {
  const { node, revision, profiles, conflicts } = explanation;
  const parts = [
    `node      ${node}\nrevision  ${revision}\nprofiles  ${profiles.length === 0 ? "none" : profiles.join(", ")}\n`,
    recommendationText(explanation),
    conflictText(node, conflicts),
    processText(explanation),
    refusalText(explanation),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

const verdicts = ["taken", "shadowed", "rejected", "not-matched"] as const;

function recommendationText({ explanation }: NodeExplanation): string {
  if (explanation.length === 0) return "no object recommends anything\n";
  const entries = verdicts.flatMap((verdict) => explanation.filter((each) => each.verdict === verdict));
  const lines = entries.map(({ verdict, object, index, profile, priority, reason }) => {
    const strength = priority === null ? "no priority" : `priority ${priority}`;
    return `  ${verdict.padEnd(11)}  ${object} recommend[${index}]  profile ${profile}, ${strength}\n${indent(reason, 15)}`;
  });
  return `recommendations\n${lines.join("")}`;
}

function processText({ processes }: NodeExplanation): string {
  if (processes.length === 0) return "processes: none\n";
  const lines = processes.map(({ name, profile, argv, wrapper, files }) => {
    const command = [...wrapper, ...argv].join(" ");
    return `  ${name}  of ${profile}\n${indent(command, 4)}${files.map((path) => `    writes ${path}\n`).join("")}`;
  });
  return `processes, on a fresh node\n${lines.join("")}`;
}

function refusalText({ refused }: NodeExplanation): string {
  if (refused.length === 0) return "";
  const lines = refused.map(({ profile, path, reason }) => `  ${profile}: ${path}\n${indent(reason, 4)}`);
  return `refused\n${lines.join("")}`;
}
