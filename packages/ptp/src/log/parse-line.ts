import { readForms } from "./line-form.ts";
import type { LogFact, LogObservation } from "./log-fact.ts";
import { parseLogHeader } from "./log-header.ts";
import type { LogProgram } from "./log-observation.ts";
import { stripLinePrefix } from "./line-prefix.ts";
import type { ControlLine } from "./socket-observation.ts";
import { formsByProgram } from "./program-forms.ts";

/**
 * What a line of `program`'s log says; undefined for lines of another program or without news. Takes linuxptp 3.1.1 to
 * 4.4, any message tag or none, and chronyd's lines also as that writes them itself. Linear time, never throws.
 */
export function parseLine(program: LogProgram, line: string): LogObservation | undefined {
  const header = parseLogHeader(line);
  if (header === undefined && program === "chronyd") {
    const fact = readFact(program, line);
    return fact === undefined ? undefined : { program, ...fact };
  }
  if (header?.program !== program) return undefined;
  const { text, ...origin } = header;
  const fact = readFact(program, text);
  return fact === undefined ? undefined : { ...origin, program, ...fact };
}

/**
 * What the text behind header and tag says, of chronyd's lines also behind their date. `program` is the word in the header;
 * undefined if it is none of ours, or if no form fits: that is a parse miss.
 */
export function readFact(program: string, text: string): LogFact | undefined {
  const forms = formsByProgram.get(program);
  if (forms === undefined) return undefined;
  return readForms(forms, program === "chronyd" ? stripLinePrefix(text).text.trim() : text);
}

/** Whether lines of this program can be missed: its log has a grammar. */
export function hasGrammar(program: string): boolean {
  return formsByProgram.has(program);
}

/** `CMD RESTART` and `CMD LIVE_START`, lines of the existing daemon that have no header; undefined for anything else. */
export function parseControlLine(line: string): ControlLine | undefined {
  if (line === "CMD RESTART") return { kind: "control", command: "restart" };
  return line === "CMD LIVE_START" ? { kind: "control", command: "live-start" } : undefined;
}
