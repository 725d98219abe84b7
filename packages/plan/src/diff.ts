import { dependencyOrder } from "./dependency-order.ts";
import type { PlanAction, ProcessSpec, RunPlan } from "./run-plan.ts";
import { isSameProcess } from "./same-process.ts";

/**
 * The steps from what runs to what shall run: first all stops, dependents before what they depend on, then all starts,
 * dependents last. A process whose spec is the same (`isSameProcess`) is in no step.
 *
 * A process is not restarted because one it depends on is: phc2sys and ts2phc send to a socket path and renew their
 * subscription; a gpspipe that ends with its gpsd is the supervisor's affair and finds the same FIFO. What they do learn
 * only once is `readAtStart` of their spec.
 *
 * Processes of a profile that `wanted` refuses keep running as they are, as a refusal promises.
 *
 * @param running Spec of every process that was started and not stopped, by key.
 */
export function diff(running: ReadonlyMap<string, ProcessSpec>, wanted: RunPlan): readonly PlanAction[] {
  const wantedByKey = new Map(wanted.processes.map((spec) => [spec.key, spec]));
  const refused = new Set(wanted.outcomes.filter(({ outcome }) => outcome === "refused").map(({ name }) => name));
  const applied = new Set(wanted.outcomes.filter(({ outcome }) => outcome === "applied").map(({ name }) => name));
  const stops: PlanAction[] = [];
  for (const spec of dependencyOrder([...running.values()]).toReversed()) {
    const next = wantedByKey.get(spec.key);
    if (next !== undefined && isSameProcess(spec, next)) continue;
    if (next === undefined && refused.has(spec.profile) && !applied.has(spec.profile)) continue;
    stops.push({ kind: "stop", key: spec.key, reason: next === undefined ? "removed" : "config-changed" });
  }
  const starts = dependencyOrder(wanted.processes)
    .filter((spec) => !isRunning(running, spec))
    .map((spec): PlanAction => ({ kind: "start", spec }));
  return [...stops, ...starts];
}

function isRunning(running: ReadonlyMap<string, ProcessSpec>, spec: ProcessSpec): boolean {
  const current = running.get(spec.key);
  return current !== undefined && isSameProcess(current, spec);
}
