import { readForms } from "./line-form.ts";
import { parseLogHeader } from "./log-header.ts";
import type { LogObservation, LogProgram } from "./log-observation.ts";
import { formsByProgram } from "./program-forms.ts";

/**
 * What a line of `program`'s log says; undefined for lines of another program or without news. Takes linuxptp 3.1.1 to
 * 4.4, any message tag or none. Linear time, never throws.
 */
export function parseLine(program: LogProgram, line: string): LogObservation | undefined {
  const header = parseLogHeader(line);
  if (header?.program !== program) return undefined;
  const { text, ...origin } = header;
  const fact = readForms(formsByProgram[program], text);
  return fact === undefined ? undefined : { ...origin, program, ...fact };
}
