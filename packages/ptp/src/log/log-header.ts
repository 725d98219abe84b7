import { parseMessageTag } from "./message-tag.ts";
import { usualHeader } from "./usual-header.ts";

/** What stands in front of a line. */
export interface LogHeader {
  /** Program name as printed. */
  readonly program: string;
  /** The number in brackets: seconds of CLOCK_MONOTONIC, or of Unix time in lines of the existing daemon's own. Absent for chronyd's. */
  readonly uptimeS?: number;
  readonly configName?: string;
  readonly severity?: number;
  /** The rest of the line, trimmed. */
  readonly text: string;
}

/** Longer lines are nobody's: linuxptp's own buffer is far smaller. */
const maxLineLength = 4096;

const start = /^([\w.-]{1,32})\[(\d{1,16}(?:\.\d{1,9})?)\](?:\[([^\]]{1,255})\])?:\s*(?:\[([^\]]{1,255})\]\s*)?/;
const bare = /^[\w.-]{1,200}\.(?:config|conf|cfg)(?::\d|:\{level\})?(?= )/;

/**
 * Takes `PROGRAM[UPTIME]: TAG text` apart, also `chronyd[PID][TAG]: text` as the existing daemon writes it; undefined for a
 * line without such a start.
 */
export function parseLogHeader(line: string): LogHeader | undefined {
  if (line.length > maxLineLength) return undefined;
  return usualHeader(line) ?? anyHeader(line);
}

function anyHeader(line: string): LogHeader | undefined {
  const match = start.exec(line);
  if (match === null) return parseAfterStray(line);
  const [all, program = "", stamp, early, late] = match;
  let text = line.slice(all.length).trimEnd();
  let tag = early ?? late;
  if (tag === undefined) {
    tag = bare.exec(text)?.[0];
    if (tag !== undefined) text = text.slice(tag.length).trimStart();
  }
  if (early !== undefined) return { program, text, ...parseMessageTag(early) };
  const uptimeS = Number(stamp);
  if (tag === undefined) return { program, uptimeS, text };
  const { configName, severity } = parseMessageTag(tag);
  return severity === undefined
    ? { program, uptimeS, configName, text }
    : { program, uptimeS, configName, severity, text };
}

const stray = /^(?:file status failed on |Failed to update leap seconds table)/;
const nextLine = /(?:ts2phc|phc2sys|ptp4l)\[\d/;

/** ts2phc 4.x writes what is wrong with its leap second list without a line end: its next line is glued to that. */
function parseAfterStray(line: string): LogHeader | undefined {
  const at = stray.test(line) ? line.search(nextLine) : -1;
  return at <= 0 ? undefined : parseLogHeader(line.slice(at));
}
