import type { NodeConfig } from "@ptp/node";
import { plan, toRenderOutput, type RenderOutput } from "@ptp/plan";
import { readJsonFile } from "../input/read-json-file.ts";
import { readNodeProfiles } from "../input/read-node-profiles.ts";
import { readRunIds } from "../input/read-run-ids.ts";
import { exitCodeOf, toJsonText, type Note, type Outcome, type OutputFormat } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import { readFacts } from "./host-facts-option.ts";
import { planNotes } from "./plan-notes.ts";
import { renderText } from "./render-text.ts";

/** Options of `ptpctl render`. */
export interface RenderOptions {
  /** Profiles as JSON; `-` for standard input. */
  readonly path: string;
  readonly node: string;
  readonly facts?: string;
  readonly runIds?: string;
  readonly output: OutputFormat;
  readonly strict: boolean;
}

/** `ptpctl render`: the processes and files that a node's agent makes of its profiles. */
export async function renderCommand(options: RenderOptions, surroundings: Surroundings): Promise<Outcome> {
  const { path, node, facts: factsPath } = options;
  const source = `-f ${path}`;
  const { profiles, refused } = readNodeProfiles(await readJsonFile(path, "-f", surroundings), node, source);
  const config: NodeConfig = { nodeName: node, profiles, hardware: [], plugins: [], secrets: [] };
  const factsOf = await readFacts(factsPath, node, surroundings);
  const runPlan = plan({ config, facts: factsOf(node), runIds: readRunIds(options.runIds ?? "", profiles) });
  const unread = refused.map(({ name, path, reason }) => ({ profile: name, path, reason }));
  const output = withRefused(toRenderOutput(runPlan), unread);
  const notes = [...(output.refused ?? []).map(refusalNote), ...planNotes(runPlan)];
  return {
    exitCode: exitCodeOf({
      errors: output.refused?.length ?? 0,
      warnings: planNotes(runPlan).length,
      strict: options.strict,
    }),
    stdout: options.output === "json" ? toJsonText(output) : renderText(runPlan, output),
    notes,
  };
}

type Refused = NonNullable<RenderOutput["refused"]>;

function withRefused(output: RenderOutput, unread: Refused): RenderOutput {
  const refused = [...unread, ...(output.refused ?? [])];
  return refused.length === 0 ? output : { ...output, refused };
}

function refusalNote({ profile, path, reason }: Refused[number]): Note {
  const place = path === "" ? profile : `${profile}: ${path}`;
  return { severity: "error", text: `refused: ${place}: ${reason}` };
}
