import { configValid, findProblems, ownProblems } from "./config-conditions.ts";
import type { ParsedHardware } from "./hardware.ts";
import type { LinkedConfigs } from "./link.ts";
import { hardwareMatched, nodesMatched, tallyNodes } from "./node-matches.ts";
import type { ConfigStatus, HardwareStatus, Resolution } from "./resolution.ts";
import type { SecretsByName } from "./secrets.ts";
import type { Selection } from "./selection.ts";

/** What status is summarised from. */
export interface StatusSources {
  readonly linked: LinkedConfigs;
  /** In object order. */
  readonly hardware: readonly ParsedHardware[];
  readonly secrets: SecretsByName;
  /** Node names with their selections, in the order of the names. */
  readonly selections: readonly (readonly [string, Selection])[];
}

/** The part of every object's status that resolution decides. */
export function summariseStatus(sources: StatusSources): Pick<Resolution, "status" | "hardwareStatus"> {
  const { linked, hardware, secrets, selections } = sources;
  const tally = tallyNodes(selections, linked.configs, hardware);
  const problems = findProblems(linked, secrets);
  const status = new Map<string, ConfigStatus>();
  for (const [config, counts] of tally.configs) {
    const conditions = [configValid(problems.get(config) ?? []), nodesMatched(counts)];
    status.set(config.ref.key, { matchList: counts.matchList, conditions });
  }
  const hardwareStatus = new Map<string, HardwareStatus>();
  for (const [each, counts] of tally.hardware) {
    const conditions = [configValid(ownProblems(each)), hardwareMatched(counts, each)];
    hardwareStatus.set(each.ref.key, { matchedNodes: counts.matchedNodes, conditions });
  }
  return { status, hardwareStatus };
}
