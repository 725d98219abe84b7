import type { ProgramName } from "@ptp/node";
import { splitOpts } from "@ptp/ptp";
import { configName, configPath, processKey } from "./node-paths.ts";
import { processWrapper } from "./process-wrapper.ts";
import type { ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import type { ProcessSpec } from "./run-plan.ts";

/** What a planner says of its process; the rest has a common default. */
export type ProcessDraft = Pick<ProcessSpec, "program" | "argv"> &
  Partial<Omit<ProcessSpec, "key" | "profile" | "runId">>;

/** Completes a draft: no files, no sockets, no dependencies, starts at once, ready while alive. */
export function createSpec(context: ProfileContext, draft: ProcessDraft): ProcessSpec {
  return {
    key: processKey(draft.program, context.runId),
    profile: context.profile.name,
    runId: context.runId,
    configName: configName(draft.program, context.runId),
    wrapper: processWrapper(context),
    files: [],
    sockets: [],
    dependsOn: [],
    startCondition: { kind: "at-once" },
    readiness: { kind: "alive" },
    ...draft,
  };
}

/**
 * A program, its rendered configuration, the user's options split at white space, and what the agent adds to them.
 *
 * @throws ProfileRefusal if an option holds a NUL, which ends a word of a command line.
 */
export function commandLine(
  context: ProfileContext,
  program: { readonly name: ProgramName; readonly path: string },
  opts: string,
  added: readonly string[] = [],
): readonly string[] {
  if (opts.includes("\0"))
    throw new ProfileRefusal(`${program.name}Opts`, "it holds a NUL character, which no option can have: remove it");
  return [program.path, "-f", configPath(program.name, context.runId), ...splitOpts(opts), ...added];
}
