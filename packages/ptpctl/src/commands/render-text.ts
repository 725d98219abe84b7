import type { RenderOutput, RunPlan } from "@ptp/plan";

/** Processes with command and files, for people; what is refused stands on stderr. */
export function renderText({ processes }: RunPlan, output: RenderOutput): string {
  const blocks = output.processes.map(({ name, argv, wrapper, files }, index) => {
    const spec = processes[index];
    const title = spec === undefined ? name : `${spec.key}  profile ${spec.profile}`;
    const texts = files.map(({ path, content }) => `--- ${path}\n${content}${content.endsWith("\n") ? "" : "\n"}`);
    return [`=== ${title}\n`, `${[...wrapper, ...argv].map(quoted).join(" ")}\n`, ...texts].join("");
  });
  return blocks.join("\n");
}

/** As a shell would need it; only to be read. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
