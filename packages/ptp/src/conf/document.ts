/**
 * The shape of a linuxptp configuration text: what `parseConf` returns, what the edit functions change and what
 * `renderConf` writes. Values are plain and readonly; every edit returns a new document.
 *
 * Lines are 1-based, columns are 1-based and count UTF-16 code units; both are 0 on a part that an edit made.
 */
export interface ConfDocument {
  /** Lines before the first section header: all there is in chronyd.conf, only comments and blanks elsewhere. */
  readonly preamble: readonly ConfEntry[];
  /** Sections in the order of the text; a name may repeat. */
  readonly sections: readonly ConfSection[];
}

/** One `[name]` header and the lines up to the next header. */
export interface ConfSection {
  /** The text between the brackets, trimmed, as written: `global`, `ens1f0`, `<synce1>`, `{SMA1}`. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly entries: readonly ConfEntry[];
}

/** One line inside a section or the preamble. */
export type ConfEntry = ConfOption | ConfComment | ConfBlank;

/** `key value`, or `key` alone (a flag such as chrony's `rtcsync`: `value` is absent). */
export interface ConfOption {
  readonly kind: "option";
  readonly key: string;
  readonly value?: string;
  readonly line: number;
  readonly column: number;
}

/** A comment line, from its `#` on, without trailing white space. */
export interface ConfComment {
  readonly kind: "comment";
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A line of white space only. */
export interface ConfBlank {
  readonly kind: "blank";
  readonly line: number;
}

/**
 * What a section stands for, told by its name alone:
 * `global` settings of the program, `unicast-table` the list of time transmitters to ask, `nmea` the GNSS source of
 * ts2phc, `synce-device` (`[<name>]`) and `synce-source` (`[{label}]`) of synce4l, `interface` anything else that
 * has a name, `unnamed` for `[]`.
 */
export type SectionKind =
  "global" | "unicast-table" | "nmea" | "synce-device" | "synce-source" | "interface" | "unnamed";

/** Pass this as a section name to address the lines before the first section (chronyd.conf). */
export const preambleName = "";

/** An empty document. */
export const emptyConf: ConfDocument = { preamble: [], sections: [] };

/** The kind of the section called `name`. linuxptp compares `global` and `unicast_master_table` without case. */
export function sectionKind(name: string): SectionKind {
  const folded = name.toLowerCase();
  if (folded === "global") return "global";
  if (folded === "unicast_master_table") return "unicast-table";
  if (name === "nmea") return "nmea";
  if (name.startsWith("<")) return "synce-device";
  if (name.startsWith("{")) return "synce-source";
  return name === "" ? "unnamed" : "interface";
}

/** The inner name of a section: `synce1` of `<synce1>`, `SMA1` of `{SMA1}`, otherwise the name itself. */
export function sectionLabel(name: string): string {
  const kind = sectionKind(name);
  if (kind !== "synce-device" && kind !== "synce-source") return name;
  const closing = kind === "synce-device" ? ">" : "}";
  return trimAscii(name.slice(1, name.endsWith(closing) ? -1 : undefined));
}

/** Equal for two names exactly when the programs take them for the same section. */
export function sectionKey(name: string): string {
  const kind = sectionKind(name);
  return kind === "global" || kind === "unicast-table" ? name.toLowerCase() : name;
}

/** True when the programs take both names for the same section. */
export function isSameSection(left: string, right: string): boolean {
  return left === right || sectionKey(left) === sectionKey(right);
}

/** The names of the network interfaces that have a section, each once, in order of first appearance. */
export function interfaceSections(document: ConfDocument): readonly string[] {
  const names = document.sections.map((section) => section.name).filter((name) => sectionKind(name) === "interface");
  return [...new Set(names)];
}

/** True when the document says nothing to a program: comments and blank lines at most. */
export function isEmptyConf(document: ConfDocument): boolean {
  return document.sections.length === 0 && document.preamble.every((entry) => entry.kind !== "option");
}

/**
 * An option line made by code. Without `value` it is a flag.
 * @throws RangeError when key or value cannot be written as one line that reads back the same: the caller has let
 * unchecked text through.
 */
export function makeOption(key: string, value?: string): ConfOption {
  if (key === "" || key.startsWith("#") || key.startsWith("[") || /[\t-\r ]/.test(key))
    throw new RangeError(`${JSON.stringify(key)} cannot be the name of an option`);
  const made = { kind: "option", key, line: 0, column: 0 } as const;
  if (value === undefined) return made;
  const trimmed = trimAscii(value);
  if (trimmed.includes("\n")) throw new RangeError(`the value of ${key} must be one line`);
  return trimmed === "" ? made : { ...made, value: trimmed };
}

/** Trims what C's isspace() calls space, so that a no-break space stays visible as the wrong character it is. */
export function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceCode(text.charCodeAt(start))) start += 1;
  while (end > start && isSpaceCode(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** True for the code units that C's isspace() accepts: space, tab, line feed, vertical tab, form feed, return. */
export function isSpaceCode(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
