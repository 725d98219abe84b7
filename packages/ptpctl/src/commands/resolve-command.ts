import { toProfileJson } from "@ptp/node";
import type { NodeResolution } from "@ptp/resolve";
import { exitCodeOf, toJsonText, type Outcome } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import type { ClusterOptions } from "./cluster-options.ts";
import type { ObjectStatus, StatusByObject } from "./object-status.ts";
import { resolutionText } from "./resolution-text.ts";
import { countErrors, requireNode, resolveCluster, type ResolvedCluster } from "./resolved-cluster.ts";

/** Options of `ptpctl resolve`. */
export interface ResolveOptions extends ClusterOptions {
  /** Only this node; status stays whole. */
  readonly node?: string;
}

/** `ptpctl resolve`: what every node gets, and what becomes of every object. */
export async function resolveCommand(options: ResolveOptions, surroundings: Surroundings): Promise<Outcome> {
  const cluster = await resolveCluster(options, surroundings);
  const { nodes } = cluster.resolution;
  const { node } = options;
  const chosen = node === undefined ? nodes : new Map([[node, requireNode(cluster.resolution, node)]]);
  const warnings = [...chosen.values()].reduce((sum, { conflicts }) => sum + conflicts.length, 0);
  return {
    exitCode: exitCodeOf({ errors: countErrors(cluster), warnings, strict: options.strict }),
    stdout:
      options.output === "json"
        ? toJsonText(toResolveJson(chosen, cluster))
        : resolutionText(chosen, statusOf(cluster)),
    notes: cluster.notes,
  };
}

function statusOf({ resolution, operatorConfigs }: ResolvedCluster): StatusByObject {
  const status = new Map<string, ObjectStatus>([...resolution.status, ...resolution.hardwareStatus]);
  for (const [key, condition] of operatorConfigs) status.set(key, { conditions: [condition] });
  return status;
}

function toResolveJson(nodes: ReadonlyMap<string, NodeResolution>, cluster: ResolvedCluster) {
  return {
    nodes: Object.fromEntries([...nodes].map(([name, resolution]) => [name, toNodeJson(resolution)])),
    status: Object.fromEntries(statusOf(cluster)),
  };
}

function toNodeJson({ config, revision, explanation, conflicts }: NodeResolution) {
  return { revision, profiles: toProfileJson(config.profiles), hardware: config.hardware, explanation, conflicts };
}
