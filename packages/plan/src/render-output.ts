import type { ProcessSpec, RunPlan } from "./run-plan.ts";
import { secretMode } from "./secret-files.ts";

/** A plan as `ptpctl render` prints it. */
export interface RenderOutput {
  /** In start order. */
  readonly processes: readonly {
    readonly name: string;
    readonly argv: readonly string[];
    readonly wrapper: readonly string[];
    readonly files: readonly { readonly path: string; readonly content: string }[];
  }[];
  /** Profiles that cannot run; absent if there are none. */
  readonly refused?: readonly { readonly profile: string; readonly path: string; readonly reason: string }[];
}

/** The commands and files of a plan, without what keys contain. */
export function toRenderOutput(runPlan: RunPlan): RenderOutput {
  const refused = runPlan.outcomes.flatMap((each) =>
    each.outcome === "refused" ? [{ profile: each.name, path: each.path, reason: each.reason }] : [],
  );
  const processes = runPlan.processes.map((spec) => toRenderedProcess(spec));
  return refused.length === 0 ? { processes } : { processes, refused };
}

function toRenderedProcess({ program, argv, wrapper, files }: ProcessSpec): RenderOutput["processes"][number] {
  const shown = files.map(({ path, content, mode }) => ({ path, content: mode === secretMode ? "(secret)" : content }));
  return { name: program, argv, wrapper, files: shown };
}
