import { compareNode } from "../diff/compare-node.ts";
import { diffText } from "../diff/diff-text.ts";
import type { NodeChange } from "../diff/profile-change.ts";
import { readConfigMap } from "../input/read-config-map.ts";
import { exitCodeOf, toJsonText, type Outcome } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import { UsageError } from "../usage-error.ts";
import type { ClusterOptions } from "./cluster-options.ts";
import { readFacts } from "./host-facts-option.ts";
import { countErrors, requireNode, resolveCluster, validityNotes } from "./resolved-cluster.ts";

/** Options of `ptpctl diff`. */
export interface DiffOptions extends ClusterOptions {
  /** File with the ConfigMap of the existing stack. */
  readonly configMap: string;
  /** Only this node. */
  readonly node?: string;
  readonly facts?: string;
}

/** `ptpctl diff`: what a move from the existing stack would change on every node. */
export async function diffCommand(options: DiffOptions, surroundings: Surroundings): Promise<Outcome> {
  const old = await readConfigMap(options.configMap, surroundings);
  const cluster = await resolveCluster(options, surroundings);
  const { nodes } = cluster.resolution;
  if (nodes.size === 0) {
    throw new UsageError(
      "diff needs the Node documents; add them: kubectl get nodes -o yaml > nodes.yaml, -f nodes.yaml",
    );
  }
  if (options.node !== undefined) requireNode(cluster.resolution, options.node);
  const names = options.node === undefined ? [...new Set([...nodes.keys(), ...old.keys()])].sort() : [options.node];
  const factsOf = await readFacts(options.facts, options.node, surroundings);
  const changes = new Map<string, NodeChange>();
  for (const name of names) {
    const resolution = nodes.get(name);
    const { objects } = cluster.inventory;
    const change =
      resolution === undefined
        ? unknownNode
        : compareNode({ old: old.get(name), resolution, facts: factsOf(name), objects });
    changes.set(name, change);
  }
  const different = [...changes.values()].filter(({ equal }) => !equal).length;
  const conflicts = [...nodes.values()].reduce((sum, each) => sum + each.conflicts.length, 0);
  return {
    exitCode: exitCodeOf({ errors: different + countErrors(cluster), warnings: conflicts, strict: options.strict }),
    stdout: options.output === "json" ? toJsonText({ nodes: Object.fromEntries(changes) }) : diffText(changes),
    notes: [...cluster.notes, ...validityNotes(cluster)],
  };
}

const unknownNode: NodeChange = {
  equal: false,
  problems: ["the ConfigMap has an entry for this node, but no Node document was read: add it, or the node is gone"],
  profiles: [],
  processes: [],
  refused: [],
};
