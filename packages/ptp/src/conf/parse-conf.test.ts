import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ConfEntry } from "./document.ts";
import { parseConf } from "./parse-conf.ts";
import { renderConf } from "./render-conf.ts";
import { anyDocument, withoutPositions } from "./testing/conf-arbitrary.ts";

const textOfLines = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "[global]",
        "[ens1f0",
        "[]",
        "[",
        " [a] x",
        "\tpriority1\t 1 \r",
        "# c",
        "",
        "\r",
        "rtcsync",
        "[<s>]",
      ),
      fc.string({ maxLength: 30 }),
      fc.string({ unit: "binary", maxLength: 30 }),
    ),
    { maxLength: 40 },
  )
  .map((lines) => lines.join("\n"));

test("parseConf reads back every rendered document", () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      assert.deepEqual(withoutPositions(parseConf(renderConf(document)).conf), document);
    }),
    { numRuns: 500 },
  );
});

test("parseConf never throws, and its document survives a round trip", () => {
  fc.assert(
    fc.property(textOfLines, (text) => {
      const { conf } = parseConf(text);
      assert.deepEqual(withoutPositions(parseConf(renderConf(conf)).conf), withoutPositions(conf));
    }),
    { numRuns: 1000 },
  );
});

test("parseConf gives the place of every section and entry", () => {
  fc.assert(
    fc.property(textOfLines, (text) => {
      const bare = text.startsWith("\uFEFF") ? text.slice(1) : text;
      const lines = bare.split("\n");
      const { conf } = parseConf(text);
      const entries: ConfEntry[] = [...conf.preamble, ...conf.sections.flatMap((section) => section.entries)];
      for (const entry of entries) {
        const line = lines[entry.line - 1] ?? "";
        if (entry.kind === "blank") assert.match(line, /^[\t-\r ]*$/);
        else assert.ok(line.startsWith(entry.kind === "option" ? entry.key : entry.text, entry.column - 1));
      }
      for (const section of conf.sections) assert.equal(lines[section.line - 1]?.charAt(section.column - 1), "[");
      const places = [...entries, ...conf.sections].map((each) => each.line).toSorted((left, right) => left - right);
      const count = bare.endsWith("\n") || bare === "" ? lines.length - 1 : lines.length;
      assert.deepEqual(
        places,
        Array.from({ length: count }, (_, index) => index + 1),
      );
    }),
    { numRuns: 1000 },
  );
});

test("parseConf takes tabs, indentation, CRLF, flags and trailing space", () => {
  const { conf, findings } = parseConf("[global]\r\n\tpriority1\t \t127 \r\n  rtcsync\r\nuserDescription a  b\r\n");
  assert.deepEqual(findings, []);
  assert.deepEqual(conf.sections[0]?.entries, [
    { kind: "option", key: "priority1", value: "127", line: 2, column: 2 },
    { kind: "option", key: "rtcsync", line: 3, column: 3 },
    { kind: "option", key: "userDescription", value: "a  b", line: 4, column: 1 },
  ]);
});

test("parseConf reads a text without sections (chronyd.conf)", () => {
  const { conf, findings } = parseConf("server 10.0.0.1 iburst\nrtcsync\n");
  assert.deepEqual(findings, []);
  assert.deepEqual(conf.sections, []);
  assert.deepEqual(conf.preamble, [
    { kind: "option", key: "server", value: "10.0.0.1 iburst", line: 1, column: 1 },
    { kind: "option", key: "rtcsync", line: 2, column: 1 },
  ]);
});

test("parseConf reports an unclosed section and reads on in it", () => {
  const { conf, findings } = parseConf("[global]\na 1\n [ens1f0\nb 2\n[ens1f1]\n");
  assert.deepEqual(findings, [
    {
      severity: "error",
      code: "unclosed-section",
      line: 3,
      column: 2,
      section: "ens1f0",
      message: 'the section header "[ens1f0" has no closing bracket; write "[ens1f0]"',
    },
  ]);
  assert.deepEqual(
    conf.sections.map((section) => section.name),
    ["global", "ens1f0", "ens1f1"],
  );
});

test("parseConf reports what stands after a header, a nameless section, control characters and a byte order mark", () => {
  const { conf, findings } = parseConf("\uFEFF[global] # x\na\u00001\n[ ]\n");
  assert.deepEqual(
    findings.map(({ code, line, column }) => [code, line, column]),
    [
      ["byte-order-mark", 1, 1],
      ["trailing-text", 1, 1],
      ["control-character", 2, 2],
      ["bad-section", 3, 1],
    ],
  );
  assert.equal(conf.sections[0]?.name, "global");
});

test("parseConf counts the bytes of a line", () => {
  const codes = (line: string): readonly string[] => parseConf(`[global]\n${line}\n`).findings.map((each) => each.code);
  assert.deepEqual(codes(`a ${"x".repeat(1020)}`), []);
  assert.deepEqual(codes(`a ${"x".repeat(1021)}`), ["line-too-long"]);
  assert.deepEqual(codes(`a ${"ä".repeat(510)}`), []);
  assert.deepEqual(codes(`a ${"ä".repeat(511)}`), ["line-too-long"]);
});

test("parseConf refuses a text beyond its limit without reading it", () => {
  const { conf, findings } = parseConf("a 1\n".repeat(10), { maxTextLength: 39 });
  assert.deepEqual(conf, { preamble: [], sections: [] });
  assert.deepEqual(
    findings.map(({ code, message }) => [code, message]),
    [["text-too-large", "the text has 40 characters and at most 39 are read; shorten it"]],
  );
});

test("parseConf bounds its findings", () => {
  const { findings, conf } = parseConf("[a\n".repeat(5000));
  assert.equal(findings.length, 201);
  assert.equal(findings.at(-1)?.code, "too-many-findings");
  assert.equal(conf.sections.length, 5000);
});
