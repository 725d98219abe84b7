import { plan, type RunPlan } from "@ptp/plan";
import type { NodeResolution } from "@ptp/resolve";
import { exitCodeOf, toJsonText, type Outcome } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import type { ClusterOptions } from "./cluster-options.ts";
import { explanationText } from "./explanation-text.ts";
import { readFacts } from "./host-facts-option.ts";
import type { NodeExplanation } from "./node-explanation.ts";
import { planNotes } from "./plan-notes.ts";
import { countErrors, requireNode, resolveCluster, validityNotes } from "./resolved-cluster.ts";

/** Options of `ptpctl explain`. */
export interface ExplainOptions extends ClusterOptions {
  readonly node: string;
  readonly facts?: string;
}

/** `ptpctl explain`: the configuration of one node, with the reasons. */
export async function explainCommand(options: ExplainOptions, surroundings: Surroundings): Promise<Outcome> {
  const cluster = await resolveCluster(options, surroundings);
  const resolution = requireNode(cluster.resolution, options.node);
  const factsOf = await readFacts(options.facts, options.node, surroundings);
  const runPlan = plan({ config: resolution.config, facts: factsOf(options.node), runIds: {} });
  const explanation = toExplanation(options.node, resolution, runPlan);
  const remarks = planNotes(runPlan);
  const warnings = resolution.conflicts.length + remarks.length;
  const errors = countErrors(cluster) + explanation.refused.length;
  return {
    exitCode: exitCodeOf({ errors, warnings, strict: options.strict }),
    stdout: options.output === "json" ? toJsonText(explanation) : explanationText(explanation),
    notes: [...cluster.notes, ...validityNotes(cluster), ...remarks],
  };
}

function toExplanation(node: string, resolution: NodeResolution, runPlan: RunPlan): NodeExplanation {
  const { config, revision, explanation, conflicts } = resolution;
  return {
    node,
    revision,
    profiles: config.profiles.map(({ name }) => name),
    explanation,
    conflicts,
    processes: runPlan.processes.map(({ program, profile, runId, argv, wrapper, files }) => {
      return { name: program, profile, runId, argv, wrapper, files: files.map(({ path }) => path) };
    }),
    refused: runPlan.outcomes.flatMap((each) =>
      each.outcome === "refused" ? [{ profile: each.name, path: each.path, reason: each.reason }] : [],
    ),
  };
}
