import type { HostFacts, NodeConfig, NodeProfile } from "@ptp/node";
import { defaultHostFacts } from "../default-host-facts.ts";
import { plan, type PlanInput } from "../plan.ts";
import type { ProcessSpec, RunPlan } from "../run-plan.ts";

/** A config of one node with these profiles and nothing else. */
export function configOf(profiles: readonly NodeProfile[], extra: Partial<NodeConfig> = {}): NodeConfig {
  return { nodeName: "node1", profiles, hardware: [], plugins: [], secrets: [], ...extra };
}

/** The plan of a fresh node like those of the existing stack. */
export function planOf(profiles: readonly NodeProfile[], extra: Partial<PlanInput> = {}): RunPlan {
  return plan({ config: configOf(profiles), facts: defaultHostFacts("node1"), runIds: {}, ...extra });
}

/** Default facts with one program changed. */
export function factsWith(programs: HostFacts["programs"]): HostFacts {
  const facts = defaultHostFacts("node1");
  return { ...facts, programs: { ...facts.programs, ...programs } };
}

/** The process of that key; fails the test if the plan has none. */
export function processOf(runPlan: RunPlan, key: string): ProcessSpec {
  const spec = runPlan.processes.find((each) => each.key === key);
  if (spec !== undefined) return spec;
  const refusals = JSON.stringify(runPlan.outcomes.filter(({ outcome }) => outcome === "refused"));
  throw new Error(`no ${key} among ${runPlan.processes.map((each) => each.key).join(" ")}; ${refusals}`);
}

/** Content of the first file of that process. */
export function contentOf(runPlan: RunPlan, key: string): string {
  return processOf(runPlan, key).files[0]?.content ?? "";
}

/** The whole command as one line. */
export function lineOf({ wrapper, argv }: ProcessSpec): string {
  return [...wrapper, ...argv].join(" ");
}

/** The refusal of a profile; fails the test if it was applied. */
export function refusalOf(runPlan: RunPlan, name: string): { readonly path: string; readonly reason: string } {
  const outcome = runPlan.outcomes.find((each) => each.name === name);
  if (outcome?.outcome === "refused") return outcome;
  throw new Error(`${name} was ${outcome?.outcome ?? "not planned"}`);
}
