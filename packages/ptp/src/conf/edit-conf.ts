import type { ConfDocument, ConfEntry, ConfOption, ConfSection } from "./document.ts";
import { isSameSection, makeOption, preambleName } from "./document.ts";

/** Every line that sets `key` in the sections called `section`, in order. */
export function getOptions(document: ConfDocument, section: string, key: string): readonly ConfOption[] {
  return sectionEntries(document, section).filter(
    (entry): entry is ConfOption => entry.kind === "option" && entry.key === key,
  );
}

/**
 * The value of `key` in the sections called `section`: the last one, as linuxptp takes it; empty for an option
 * without value; undefined when it is not set. Defaults and `[global]` are not looked at.
 */
export function getOption(document: ConfDocument, section: string, key: string): string | undefined {
  const last = getOptions(document, section, key).at(-1);
  return last === undefined ? undefined : (last.value ?? "");
}

/** The entries of all sections called `section` in order; of the lines before any section for `preambleName`. */
export function sectionEntries(document: ConfDocument, section: string): readonly ConfEntry[] {
  if (section === preambleName) return document.preamble;
  return document.sections.filter((each) => isSameSection(each.name, section)).flatMap((each) => each.entries);
}

/** The document with a section called `section`; a new one comes after all others. */
export function ensureSection(document: ConfDocument, section: string): ConfDocument {
  if (section === preambleName || document.sections.some((each) => isSameSection(each.name, section))) return document;
  if (/[\n\]]/.test(section)) throw new RangeError(`${JSON.stringify(section)} cannot be the name of a section`);
  return { ...document, sections: [...document.sections, { name: section, line: 0, column: 0, entries: [] }] };
}

/**
 * Sets an option, overwriting: every line that sets `key` in a section of that name gets the value in place; if
 * there is none, a line is added at the end of the (last such) section, which is created if missing. Without `value`
 * it becomes a flag.
 * @throws RangeError for a name or value that is not one line (see `makeOption`).
 */
export function setOption(document: ConfDocument, section: string, key: string, value?: string): ConfDocument {
  const option = makeOption(key, value);
  const found = getOptions(document, section, key).length > 0;
  if (!found) return appendEntries(document, section, [option]);
  const replace = (entry: ConfEntry): ConfEntry =>
    entry.kind === "option" && entry.key === key ? { ...option, line: entry.line, column: entry.column } : entry;
  return mapSection(document, section, (entries) => entries.map((entry) => replace(entry)));
}

/** The document without the lines that set `key` in the sections called `section`; the sections stay. */
export function removeOption(document: ConfDocument, section: string, key: string): ConfDocument {
  const keep = (entry: ConfEntry): boolean => entry.kind !== "option" || entry.key !== key;
  return mapSection(document, section, (entries) => entries.filter((entry) => keep(entry)));
}

/** Adds lines at the end of the last section called `section`, before its trailing blank lines; creates it. */
export function appendEntries(document: ConfDocument, section: string, added: readonly ConfEntry[]): ConfDocument {
  if (section === preambleName) return { ...document, preamble: insertEntries(document.preamble, added) };
  const { preamble, sections } = ensureSection(document, section);
  const last = sections.findLastIndex((each) => isSameSection(each.name, section));
  const extend = (each: ConfSection): ConfSection => ({ ...each, entries: insertEntries(each.entries, added) });
  return { preamble, sections: sections.map((each, index) => (index === last ? extend(each) : each)) };
}

function mapSection(
  document: ConfDocument,
  section: string,
  change: (entries: readonly ConfEntry[]) => readonly ConfEntry[],
): ConfDocument {
  if (section === preambleName) return { ...document, preamble: change(document.preamble) };
  const sections = document.sections.map((each) =>
    isSameSection(each.name, section) ? { ...each, entries: change(each.entries) } : each,
  );
  return { ...document, sections };
}

/** The entries with `added` after the last one that is not blank. */
export function insertEntries(entries: readonly ConfEntry[], added: readonly ConfEntry[]): readonly ConfEntry[] {
  let end = entries.length;
  while (end > 0 && entries[end - 1]?.kind === "blank") end -= 1;
  return [...entries.slice(0, end), ...added, ...entries.slice(end)];
}
