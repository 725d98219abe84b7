import type { HostFacts, NodeProfile, ProfileDocument } from "@ptp/node";
import { plan } from "@ptp/plan";
import type { NodeResolution } from "@ptp/resolve";
import type { InventoryObject } from "../input/inventory.ts";
import { compareFields } from "./compare-fields.ts";
import { compareProcesses } from "./compare-processes.ts";
import type { NodeChange, ProfileChange } from "./profile-change.ts";
import { whySelected } from "./why-selected.ts";

/** One node before and after the move. */
export interface NodeComparison {
  /** Its entry of the ConfigMap; absent if there is none. */
  readonly old: ProfileDocument | undefined;
  readonly resolution: NodeResolution;
  readonly facts: HostFacts;
  readonly objects: readonly InventoryObject[];
}

/**
 * Compares profile by profile, field by field, and the processes that come of both on a fresh node. Both sides are planned
 * by today's rules, so that only what the profiles say makes a difference.
 */
export function compareNode({ old, resolution, facts, objects }: NodeComparison): NodeChange {
  const { config, explanation } = resolution;
  const before = old?.profiles ?? [];
  const now = plan({ config, facts, runIds: {} });
  // Keys of Secrets are on the node either way.
  const was = plan({ config: { ...config, profiles: before }, facts, runIds: {} });
  const profiles = compareProfiles(before, config.profiles).map((change) =>
    change.change === "changed" ? change : { ...change, why: whySelected(change.name, explanation, objects) },
  );
  const processes = compareProcesses(was, now);
  const refused = now.outcomes.flatMap((each) =>
    each.outcome === "refused" ? [{ profile: each.name, path: each.path, reason: each.reason }] : [],
  );
  const problems = problemsOf(old);
  const equal = [profiles, processes, refused, problems].every(({ length }) => length === 0);
  return { equal, ...(problems.length === 0 ? {} : { problems }), profiles, processes, refused };
}

function compareProfiles(old: readonly NodeProfile[], now: readonly NodeProfile[]): readonly ProfileChange[] {
  const before = new Map(old.map((profile) => [profile.name, profile]));
  const after = new Map(now.map((profile) => [profile.name, profile]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name): readonly ProfileChange[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined) return [{ name, change: "added" }];
    if (is === undefined) return [{ name, change: "removed" }];
    const fields = compareFields(was, is);
    return fields.length === 0 ? [] : [{ name, change: "changed", fields }];
  });
}

function problemsOf(old: ProfileDocument | undefined): readonly string[] {
  if (old === undefined) return [];
  const refused = old.refused.map(
    ({ name, path, reason }) => `profile ${name} of the ConfigMap cannot be compared: ${path}: ${reason}`,
  );
  return old.unusable === undefined
    ? refused
    : [`the entry of the ConfigMap cannot be read: ${old.unusable}`, ...refused];
}
