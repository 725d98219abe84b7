import type { ConfDocument, ConfEntry, ConfSection } from "./document.ts";
import { emptyConf, isSpaceCode, trimAscii } from "./document.ts";
import type { ConfFinding, ConfFindingCode, FindingSeverity } from "./finding.ts";
import { limitFindings, maxFindings } from "./finding.ts";

/** Bounds of a text. Beyond them there is a finding, never an exception. */
export interface ParseLimits {
  /** Longest text in UTF-16 code units; a longer one is not read at all. Default 256 Ki. */
  readonly maxTextLength?: number;
  /** Longest line in UTF-8 bytes without its line end. Default 1022: linuxptp reads lines into 1024 bytes. */
  readonly maxLineBytes?: number;
}

/** A parsed text: as much of it as could be understood, and what was wrong. */
export interface ParsedConf {
  readonly conf: ConfDocument;
  /** In order of lines. */
  readonly findings: readonly ConfFinding[];
}

interface ParseState {
  readonly maxLineBytes: number;
  readonly findings: ConfFinding[];
  readonly preamble: ConfEntry[];
  readonly sections: (Omit<ConfSection, "entries"> & { readonly entries: ConfEntry[] })[];
  entries: ConfEntry[];
}

/**
 * Reads a configuration text of linuxptp, synce4l, timemaster or chronyd. Any text gives a document: a line that is
 * wrong costs itself at most. Time is linear in the length of the text.
 *
 * Tabs separate as well as spaces, indentation and CRLF do not matter, an option may have no value, sections may
 * repeat, comments and blank lines are kept. An unclosed `[name` still opens the section it was meant to open.
 */
export function parseConf(text: string, limits: ParseLimits = {}): ParsedConf {
  const maxTextLength = limits.maxTextLength ?? 256 * 1024;
  if (text.length > maxTextLength) return { conf: emptyConf, findings: [tooLarge(text.length, maxTextLength)] };
  const preamble: ConfEntry[] = [];
  const findings: ConfFinding[] = [];
  const maxLineBytes = limits.maxLineBytes ?? 1022;
  const state: ParseState = { maxLineBytes, findings, preamble, sections: [], entries: preamble };
  let start = 0;
  if (text.startsWith("\uFEFF")) {
    start = 1;
    report(state, { severity: "warning", code: "byte-order-mark", line: 1, column: 1 }, byteOrderMark);
  }
  for (let line = 1; start < text.length; line += 1) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    parseLine(state, text.slice(start, end), line);
    start = end + 1;
  }
  return { conf: { preamble, sections: state.sections }, findings: limitFindings(findings) };
}

const byteOrderMark = "the text starts with a byte order mark, which is left out; save it as UTF-8 without one";

function tooLarge(length: number, maxTextLength: number): ConfFinding {
  const message = `the text has ${length} characters and at most ${maxTextLength} are read; shorten it`;
  return { severity: "error", code: "text-too-large", line: 0, column: 0, section: "", message };
}

interface Place {
  readonly severity: FindingSeverity;
  readonly code: ConfFindingCode;
  readonly line: number;
  readonly column: number;
}

function report(state: ParseState, place: Place, message: string): void {
  if (state.findings.length > maxFindings) return;
  state.findings.push({ ...place, section: state.sections.at(-1)?.name ?? "", message });
}

function parseLine(state: ParseState, raw: string, line: number): void {
  const content = trimAscii(raw);
  if (content === "") {
    state.entries.push({ kind: "blank", line });
    return;
  }
  let column = 1;
  while (isSpaceCode(raw.charCodeAt(column - 1))) column += 1;
  if (content.startsWith("#")) {
    state.entries.push({ kind: "comment", text: content, line, column });
    return;
  }
  if (content.startsWith("[")) openSection(state, content, { line, column });
  else state.entries.push(parseOption(content, line, column));
  checkLine(state, raw, { line, column });
}

function parseOption(content: string, line: number, column: number): ConfEntry {
  let end = 0;
  while (end < content.length && !isSpaceCode(content.charCodeAt(end))) end += 1;
  const option = { kind: "option", key: content.slice(0, end), line, column } as const;
  const value = trimAscii(content.slice(end));
  return value === "" ? option : { ...option, value };
}

function openSection(state: ParseState, content: string, at: { line: number; column: number }): void {
  const closing = content.indexOf("]");
  const name = trimAscii(content.slice(1, closing === -1 ? undefined : closing));
  const entries: ConfEntry[] = [];
  state.sections.push({ name, ...at, entries });
  state.entries = entries;
  if (closing === -1) {
    const message = `the section header "[${name}" has no closing bracket; write "[${name}]"`;
    report(state, { severity: "error", code: "unclosed-section", ...at }, message);
  } else if (name === "") {
    const message = "a section needs a name between the brackets, such as [global] or [ens1f0]";
    report(state, { severity: "error", code: "bad-section", ...at }, message);
  }
  const rest = closing === -1 ? "" : trimAscii(content.slice(closing + 1));
  if (rest !== "") {
    const message = `"${excerpt(rest)}" after the section header [${name}] is left out; give it a line of its own`;
    report(state, { severity: "warning", code: "trailing-text", ...at }, message);
  }
}

function checkLine(state: ParseState, raw: string, at: { line: number; column: number }): void {
  if (byteLength(raw, state.maxLineBytes) > state.maxLineBytes) {
    const message = `the line is longer than the ${state.maxLineBytes} bytes that linuxptp reads at once; shorten it`;
    report(state, { severity: "error", code: "line-too-long", ...at }, message);
  }
  const index = controlIndex(raw.endsWith("\r") ? raw.slice(0, -1) : raw);
  if (index === -1) return;
  const code = raw.charCodeAt(index).toString(16).padStart(2, "0");
  const message = `the line contains the control character 0x${code}; remove it`;
  report(state, { severity: "error", code: "control-character", line: at.line, column: index + 1 }, message);
}

function controlIndex(line: string): number {
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return index;
  }
  return -1;
}

function byteLength(line: string, enough: number): number {
  if (line.length > enough || line.length * 3 <= enough) return line.length;
  return new TextEncoder().encode(line).length;
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
