import { reasons } from "@ptp/api";
import type { MatchedNode, NodeMatch } from "@ptp/api";
import { byBytes } from "@ptp/node";
import type { ParsedHardware } from "./hardware.ts";
import type { ParsedConfig } from "./parsed-config.ts";
import type { ConditionDraft } from "./resolution.ts";
import type { Selection } from "./selection.ts";

/** What one config's recommendations come to over all nodes. */
export interface ConfigTally {
  readonly matchList: NodeMatch[];
  nodes: number;
  /** Nodes on which something of it matches, and everything that does is shadowed or rejected. */
  lostNodes: number;
  /** Why the first of those lost, for people. */
  firstLoss?: string;
}

/** What one HardwareConfig comes to over all nodes. */
export interface HardwareTally {
  readonly matchedNodes: MatchedNode[];
}

/** Counts over all nodes, per object. */
export interface Tally {
  readonly configs: ReadonlyMap<ParsedConfig, ConfigTally>;
  readonly hardware: ReadonlyMap<ParsedHardware, HardwareTally>;
}

/** A selection in the shape the tally adds up, made once for all nodes that share it. */
interface Contribution {
  readonly profilesByConfig: ReadonlyMap<ParsedConfig, readonly string[]>;
  readonly losses: ReadonlyMap<ParsedConfig, string>;
  readonly profilesByHardware: ReadonlyMap<ParsedHardware, readonly string[]>;
}

/** Adds up what the nodes select; they come in the order of their names, which is the order of the lists. */
export function tallyNodes(
  selections: Iterable<readonly [string, Selection]>,
  configs: readonly ParsedConfig[],
  hardware: readonly ParsedHardware[],
): Tally {
  const tally = {
    configs: new Map(configs.map((config): [ParsedConfig, ConfigTally] => [config, emptyTally()])),
    hardware: new Map(hardware.map((each): [ParsedHardware, HardwareTally] => [each, { matchedNodes: [] }])),
  };
  const contributions = new Map<Selection, Contribution>();
  for (const [nodeName, selection] of selections) {
    const contribution = contributions.get(selection) ?? contributionOf(selection);
    contributions.set(selection, contribution);
    addNode(tally, nodeName, contribution);
  }
  return tally;
}

function emptyTally(): ConfigTally {
  return { matchList: [], nodes: 0, lostNodes: 0 };
}

function addNode({ configs, hardware }: Tally, nodeName: string, contribution: Contribution): void {
  for (const [config, profiles] of contribution.profilesByConfig) {
    const tally = configs.get(config);
    if (tally === undefined) continue;
    tally.nodes += 1;
    for (const profile of profiles) tally.matchList.push({ nodeName, profile });
  }
  for (const [config, reason] of contribution.losses) {
    const tally = configs.get(config);
    if (tally === undefined) continue;
    tally.lostNodes += 1;
    tally.firstLoss ??= `on node ${nodeName}, ${reason}`;
  }
  for (const [each, profiles] of contribution.profilesByHardware) {
    const matched = hardware.get(each)?.matchedNodes;
    for (const ptpProfile of profiles) matched?.push({ nodeName, ptpProfile });
  }
}

function contributionOf({ judgements, hardware }: Selection): Contribution {
  const taken = judgements.filter(({ verdict }) => verdict === "taken");
  const profilesByConfig = uniqueNames(taken.map(({ linked }) => [linked.config, linked.recommendation.profile]));
  const lost = judgements.filter(({ linked }) => !profilesByConfig.has(linked.config)).toReversed();
  return {
    profilesByConfig,
    // Reversed, so that of several losses of one config the first one is told.
    losses: new Map(lost.map(({ linked, reason }) => [linked.config, reason])),
    profilesByHardware: uniqueNames(
      hardware.flatMap(({ hardware }) =>
        hardware.relatedProfile === undefined ? [] : [[hardware, hardware.relatedProfile]],
      ),
    ),
  };
}

function uniqueNames<K>(pairs: readonly (readonly [K, string])[]): ReadonlyMap<K, readonly string[]> {
  const byKey = Map.groupBy(pairs, ([key]) => key);
  return new Map([...byKey].map(([key, list]) => [key, [...new Set(list.map(([, name]) => name))].sort(byBytes)]));
}

/** The condition NodesMatched of a PtpConfig or NodePTPCfg. */
export function nodesMatched({ nodes, lostNodes, firstLoss }: ConfigTally): ConditionDraft {
  if (nodes > 0) {
    const lost = lostNodes === 0 ? "" : `; on ${count(lostNodes)} others win: ${firstLoss}`;
    const message = `${count(nodes)} run${nodes === 1 ? "s" : ""} profiles that this object recommends${lost}`;
    return { type: "NodesMatched", status: "True", reason: reasons.matched, message };
  }
  if (lostNodes > 0) {
    const message = `rules match ${count(lostNodes)}, but no profile that this object recommends runs there: ${firstLoss}`;
    return { type: "NodesMatched", status: "False", reason: reasons.shadowed, message };
  }
  const message =
    "no node matches a recommendation of this object; compare its match rules with names and labels of nodes";
  return { type: "NodesMatched", status: "False", reason: reasons.noNodesMatched, message };
}

/** The condition NodesMatched of a HardwareConfig. */
export function hardwareMatched({ matchedNodes }: HardwareTally, { relatedProfile }: ParsedHardware): ConditionDraft {
  const nodes = new Set(matchedNodes.map(({ nodeName }) => nodeName)).size;
  if (nodes > 0) {
    const message = `profile "${relatedProfile}" is selected for ${count(nodes)}`;
    return { type: "NodesMatched", status: "True", reason: reasons.matched, message };
  }
  const message =
    relatedProfile === undefined
      ? "spec.relatedPtpProfileName is empty or the object is invalid; it applies to no profile"
      : `spec.relatedPtpProfileName: profile "${relatedProfile}" is selected for no node`;
  return { type: "NodesMatched", status: "False", reason: reasons.relatedProfileNotSelected, message };
}

function count(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes} nodes`;
}
