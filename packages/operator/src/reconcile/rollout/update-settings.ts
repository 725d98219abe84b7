import type { UpdateSettings } from "./rollout-view.ts";

/** How agents are updated, as people write it. */
export interface GivenUpdateSettings {
  readonly maxUnavailable?: unknown;
  readonly deadlineSeconds?: number | null;
  readonly onDeadline?: UpdateSettings["onDeadline"] | null;
}

/** The settings with defaults: one node at a time, ten minutes for each, then a stop. */
export function toUpdateSettings({ maxUnavailable, deadlineSeconds, onDeadline }: GivenUpdateSettings): UpdateSettings {
  return {
    maxUnavailable: (maxUnavailable ?? 1) as number | string,
    deadlineMs: (deadlineSeconds ?? 600) * 1000,
    onDeadline: onDeadline ?? "stop",
  };
}

/** What is wrong with settings, with field, value and remedy. */
export function updateProblems({ maxUnavailable }: UpdateSettings): readonly string[] {
  const isNumber = typeof maxUnavailable === "number" && Number.isInteger(maxUnavailable) && maxUnavailable >= 1;
  const isShare = typeof maxUnavailable === "string" && /^(100|[1-9][0-9]?)%$/.test(maxUnavailable);
  if (isNumber || isShare) return [];
  const given = JSON.stringify(maxUnavailable);
  return [`update.maxUnavailable: ${given} is neither a number of nodes, from 1, nor a share of them from 1% to 100%`];
}
