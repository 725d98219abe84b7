import type { ProgramName } from "@ptp/node";
import type { FoundProgram } from "./find-program.ts";
import { readProgramVersion } from "./program-version.ts";
import { createQuestion, type Question, type QuestionOptions } from "./question.ts";
import type { BriefRun } from "./run-briefly.ts";

/** How programs are asked. */
export type AskingOptions = Omit<QuestionOptions<unknown>, "ask"> & Pick<BriefRun, "limitMs" | "signal">;

/** Versions of programs, remembered until their files change. */
export interface ProgramVersions {
  /** Undefined: it tells none, or has not answered yet. The first answer of a file is waited for. */
  versionOf(name: ProgramName, found: FoundProgram): Promise<string | undefined>;
}

/** Creates a memory of versions; each build of a program is asked until it answers. */
export function createProgramVersions(options: AskingOptions): ProgramVersions {
  const memory = new Map<string, { fingerprint: string; version: Question<string | undefined> }>();
  return {
    versionOf: (name, { path, fingerprint }) => {
      let known = memory.get(path);
      if (known?.fingerprint !== fingerprint) {
        const ask = () => readProgramVersion(name, { ...options, path });
        known = { fingerprint, version: createQuestion({ ...options, ask }) };
        memory.set(path, known);
      }
      return known.version.answer();
    },
  };
}
