import { isSameProcess, type ProcessSpec, type RunPlan } from "@ptp/plan";
import type { ProcessChange } from "./profile-change.ts";

/** The processes that start, stop or start anew between two plans; those of one program and profile are the same one. */
export function compareProcesses(old: RunPlan, now: RunPlan): readonly ProcessChange[] {
  const before = new Map(old.processes.map((spec) => [identity(spec), spec]));
  const after = new Map(now.processes.map((spec) => [identity(spec), spec]));
  const stops = [...before].filter(([id]) => !after.has(id)).map(([, spec]) => change(spec, "stop"));
  const others = [...after].flatMap(([id, spec]): readonly ProcessChange[] => {
    const was = before.get(id);
    if (was === undefined) return [change(spec, "start")];
    return isSameProcess(was, spec) ? [] : [{ ...change(spec, "restart"), what: whatDiffers(was, spec) }];
  });
  return [...stops, ...others];
}

function identity({ program, profile }: ProcessSpec): string {
  return JSON.stringify([program, profile]);
}

function change({ program, profile }: ProcessSpec, kind: ProcessChange["change"]): ProcessChange {
  return { name: program, profile, change: kind };
}

function whatDiffers(was: ProcessSpec, is: ProcessSpec): readonly string[] {
  // Another number is in every path; nothing else would be seen beside it.
  if (was.runId !== is.runId) return [`run id ${was.runId} becomes ${is.runId}`];
  const lists = (["argv", "wrapper"] as const).filter((part) => was[part].join("\0") !== is[part].join("\0"));
  const files = is.files.filter(
    ({ path, content }) => was.files.find((file) => file.path === path)?.content !== content,
  );
  const gone = was.files.filter(({ path }) => !is.files.some((file) => file.path === path));
  const paths = [...files, ...gone].map(({ path }) => path);
  const facts = (was.readAtStart ?? []).join("\0") === (is.readAtStart ?? []).join("\0") ? [] : ["facts read at start"];
  return [...lists, ...paths, ...facts];
}
