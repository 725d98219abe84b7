import type { ConfDocument, ConfEntry } from "./document.ts";
import { trimAscii } from "./document.ts";
import { normaliseConf } from "./normalise-conf.ts";

/** How to write a document. */
export interface RenderOptions {
  /** False leaves out comments and blank lines. Default true. */
  readonly comments?: boolean;
}

/**
 * Writes a document as text, one space between name and value, each line ended by a line feed.
 * `parseConf` reads back the same document (positions apart) if comments are kept.
 */
export function renderConf(document: ConfDocument, options: RenderOptions = {}): string {
  const comments = options.comments ?? true;
  const lines = [
    ...entryLines(document.preamble, comments),
    ...document.sections.flatMap(({ name, entries }) => [`[${name}]`, ...entryLines(entries, comments)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** What the file for a daemon needs besides the document. */
export interface RenderFileOptions {
  /** Named in the first line; `ptp4l`'s peers in the existing stack read it there. */
  readonly profileName: string;
  /** `drop` leaves out options without a value, which no linuxptp program accepts. Default `keep` (chronyd). */
  readonly flags?: "keep" | "drop";
}

/**
 * The text of the file a daemon is started with (daemon.md §3.2): `#profile: NAME`, then per section an empty line
 * before the first and each header followed by its options; no comments, no line feed at the end. Repeated sections
 * are merged. Lines without a section come first, under an empty header line.
 */
export function renderConfFile(document: ConfDocument, options: RenderFileOptions): string {
  const { preamble, sections } = normaliseConf(document);
  const bare = optionLines(preamble, options);
  const parts = [
    ...(bare.length > 0 ? ["", ...bare] : []),
    ...sections.flatMap(({ name, entries }) => [`[${name}]`, ...optionLines(entries, options)]),
  ];
  return `#profile: ${oneLine(options.profileName)}\n${parts.map((part) => `\n${part}`).join("")}`;
}

function optionLines(entries: readonly ConfEntry[], { flags = "keep" }: RenderFileOptions): readonly string[] {
  return entryLines(
    entries.filter((entry) => entry.kind === "option" && (flags === "keep" || entry.value !== undefined)),
    false,
  );
}

function entryLines(entries: readonly ConfEntry[], comments: boolean): readonly string[] {
  const kept = comments ? entries : entries.filter((entry) => entry.kind === "option");
  return kept.map((entry) => entryLine(entry));
}

function entryLine(entry: ConfEntry): string {
  switch (entry.kind) {
    case "option":
      return entry.value === undefined ? entry.key : `${entry.key} ${entry.value}`;
    case "comment":
      return entry.text;
    case "blank":
      return "";
  }
}

// A profile name comes from outside; a line break in it would become configuration.
function oneLine(name: string): string {
  return trimAscii(name.replaceAll(/\s+/g, " "));
}
