import fc from "fast-check";
import type { ConfDocument, ConfEntry, ConfSection } from "../document.ts";

/*
 * For tests only. Documents for property tests, as an edit or a parse could make them, without positions (all 0).
 * `withoutPositions` brings a parsed document to the same form.
 */

const word = fc.stringMatching(/^[!-~äß\u00a0]{1,12}$/);
const key = fc
  .oneof(fc.constantFrom("priority1", "masterOnly", "server", "spp", "a", "b"), word)
  .filter((each) => !each.startsWith("#") && !each.startsWith("["));
const value = fc.oneof(
  word,
  fc.tuple(word, word).map(([left, right]) => `${left} ${right}`),
);

const option = fc
  .tuple(key, fc.option(value))
  .map(([name, given]): ConfEntry =>
    given === null
      ? { kind: "option", key: name, line: 0, column: 0 }
      : { kind: "option", key: name, value: given, line: 0, column: 0 },
  );
const comment = fc
  .oneof(
    fc.constant("#"),
    value.map((each) => `# ${each}`),
  )
  .map((text): ConfEntry => ({ kind: "comment", text, line: 0, column: 0 }));
const blank = fc.constant<ConfEntry>({ kind: "blank", line: 0 });

const sectionName = fc.oneof(
  fc.constantFrom(
    "global",
    "GLOBAL",
    "ens1f0",
    "ens1f1",
    "unicast_master_table",
    "nmea",
    "<synce1>",
    "<b>",
    "{SMA1}",
    "",
  ),
  word.filter((each) => !each.includes("]") && !each.startsWith("[")),
);

function document(entry: fc.Arbitrary<ConfEntry>): fc.Arbitrary<ConfDocument> {
  const entries = fc.array(entry, { maxLength: 8 });
  const section = fc.tuple(sectionName, entries).map(([name, lines]): ConfSection => ({
    name,
    line: 0,
    column: 0,
    entries: lines,
  }));
  return fc.tuple(entries, fc.array(section, { maxLength: 8 })).map(([preamble, sections]) => ({ preamble, sections }));
}

/** Any document, with comments, blank lines, flags, repeated sections and repeated options. */
export const anyDocument = document(fc.oneof(option, comment, blank));

/** A document of options only. */
export const bareDocument = document(option);

/** Any section name and key of the arbitraries above. */
export const anyPlace = fc.tuple(
  sectionName.filter((name) => name !== ""),
  key,
  value,
);

/** The document with all lines and columns 0. */
export function withoutPositions(document: ConfDocument): ConfDocument {
  const entries = (lines: readonly ConfEntry[]): readonly ConfEntry[] =>
    lines.map((line) => (line.kind === "blank" ? { ...line, line: 0 } : { ...line, line: 0, column: 0 }));
  return {
    preamble: entries(document.preamble),
    sections: document.sections.map((each) => ({ ...each, line: 0, column: 0, entries: entries(each.entries) })),
  };
}
