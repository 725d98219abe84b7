import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyPlace, bareDocument, withoutPositions } from "./testing/conf-arbitrary.ts";
import type { ConfDocument } from "./document.ts";
import { interfaceSections, isEmptyConf, makeOption, sectionKind, sectionLabel } from "./document.ts";
import { appendEntries, ensureSection, getOption, getOptions, removeOption, setOption } from "./edit-conf.ts";
import { mergeConf } from "./merge-conf.ts";
import { normaliseConf } from "./normalise-conf.ts";
import { parseConf } from "./parse-conf.ts";
import { renderConf } from "./render-conf.ts";

function read(text: string): ConfDocument {
  return parseConf(text).conf;
}

test("setOption replaces every line of that name in place", () => {
  const before = read("[global]\na 1\nb 2\na 3\n[ens1f0]\na 4\n[GLOBAL]\na 5\n");
  const after = setOption(before, "global", "a", "9");
  assert.equal(renderConf(after), "[global]\na 9\nb 2\na 9\n[ens1f0]\na 4\n[GLOBAL]\na 9\n");
  assert.equal(renderConf(before), "[global]\na 1\nb 2\na 3\n[ens1f0]\na 4\n[GLOBAL]\na 5\n");
});

test("setOption adds at the end of the section, before its trailing blank lines", () => {
  assert.equal(
    renderConf(setOption(read("[global]\na 1\n\n[ens1f0]\n"), "global", "b", "2")),
    "[global]\na 1\nb 2\n\n[ens1f0]\n",
  );
});

test("setOption adds to the last section of a name, so that the order holds when they merge", () => {
  assert.equal(
    renderConf(setOption(read("[global]\na 1\n[x]\n[global]\nb 1\n"), "global", "c", "1")),
    "[global]\na 1\n[x]\n[global]\nb 1\nc 1\n",
  );
});

test("setOption creates [global] after existing sections", () => {
  assert.equal(
    renderConf(setOption(read("[ens1f0]\nmasterOnly 1\n"), "global", "message_tag", "[ptp4l.0.config:{level}]")),
    "[ens1f0]\nmasterOnly 1\n[global]\nmessage_tag [ptp4l.0.config:{level}]\n",
  );
});

test("setOption writes before the first section for an empty name", () => {
  const conf = setOption(read("bindcmdaddress /x\nrtcsync\n"), "", "bindcmdaddress", "/tmp/chronyd.sock");
  assert.equal(renderConf(conf), "bindcmdaddress /tmp/chronyd.sock\nrtcsync\n");
  assert.equal(renderConf(setOption(conf, "", "manual")), "bindcmdaddress /tmp/chronyd.sock\nrtcsync\nmanual\n");
});

test("setOption is seen by getOption, and commutes with normaliseConf", () => {
  fc.assert(
    fc.property(bareDocument, anyPlace, (document, [section, key, value]) => {
      const edited = setOption(document, section, key, value);
      assert.equal(getOption(edited, section, key), value);
      assert.deepEqual(setOption(edited, section, key, value), edited);
      // Members of synce4l devices are told apart by device only after normalising.
      if (document.sections.some((each) => sectionKind(each.name) === "synce-device")) return;
      const left = normaliseConf(edited);
      const right = setOption(normaliseConf(document), section, key, value);
      assert.deepEqual(withoutPositions(left), withoutPositions(right));
    }),
  );
});

test("edits refuse text that would not read back", () => {
  for (const key of ["", "a b", "#a", "[a", "a\tb", "a\nb"]) assert.throws(() => makeOption(key, "1"), RangeError);
  assert.throws(() => makeOption("a", "1\n[global]"), {
    name: "RangeError",
    message: "the value of a must be one line",
  });
  assert.throws(() => ensureSection(read(""), "a]\nb"), RangeError);
  assert.deepEqual(makeOption("a", " 1 "), { kind: "option", key: "a", value: "1", line: 0, column: 0 });
});

test("getOption takes the last line, empty for a flag, undefined for none", () => {
  const conf = read("[global]\na 1\n[x]\n[global]\na 2\nf\n");
  assert.equal(getOption(conf, "global", "a"), "2");
  assert.equal(getOption(conf, "GLOBAL", "f"), "");
  assert.equal(getOption(conf, "x", "a"), undefined);
  assert.deepEqual(
    getOptions(conf, "global", "a").map((each) => each.line),
    [2, 5],
  );
});

test("removeOption drops the lines and keeps the section", () => {
  assert.equal(renderConf(removeOption(read("[a]\nx 1\n[b]\nx 1\n"), "a", "x")), "[a]\n[b]\nx 1\n");
});

test("ensureSection adds an empty section at the end once", () => {
  const conf = ensureSection(read("[Global]\n"), "ens1f0");
  assert.equal(renderConf(conf), "[Global]\n[ens1f0]\n");
  assert.equal(ensureSection(conf, "global"), conf);
});

test("mergeConf lays options over, adds sections and extends unicast tables", () => {
  const base = read("[global]\na 1\nb 1\na 2\n[unicast_master_table]\ntable_id 1\nUDPv4 10.0.0.1\n");
  const overlay = read("[global]\na 7\nc 1\n[unicast_master_table]\ntable_id 2\nUDPv4 10.0.0.2\n[ens1f0]\nx 1\n");
  assert.equal(
    renderConf(mergeConf(base, overlay)),
    "[global]\na 7\nb 1\nc 1\n[unicast_master_table]\ntable_id 1\nUDPv4 10.0.0.1\ntable_id 2\nUDPv4 10.0.0.2\n[ens1f0]\nx 1\n",
  );
});

test("mergeConf makes every option of the overlay hold", () => {
  fc.assert(
    fc.property(bareDocument, bareDocument, (base, overlay) => {
      const merged = mergeConf(base, overlay);
      for (const { name, entries } of overlay.sections.filter((section) => section.name !== "")) {
        for (const entry of entries) {
          if (entry.kind !== "option") continue;
          assert.equal(getOption(merged, name, entry.key), getOption(overlay, name, entry.key));
        }
      }
    }),
  );
});

test("appendEntries adds lines that repeat a name", () => {
  const conf = appendEntries(read("[unicast_master_table]\nUDPv4 a\n"), "unicast_master_table", [
    makeOption("UDPv4", "b"),
  ]);
  assert.equal(renderConf(conf), "[unicast_master_table]\nUDPv4 a\nUDPv4 b\n");
});

test("sectionKind and sectionLabel tell sections apart", () => {
  const names = ["global", "GLOBAL", "unicast_master_table", "nmea", "<synce1>", "{SMA1}", "ens1f0", ""];
  assert.deepEqual(
    names.map((name) => `${sectionKind(name)} ${sectionLabel(name)}`),
    [
      "global global",
      "global GLOBAL",
      "unicast-table unicast_master_table",
      "nmea nmea",
      "synce-device synce1",
      "synce-source SMA1",
      "interface ens1f0",
      "unnamed ",
    ],
  );
});

test("interfaceSections lists each interface once", () => {
  assert.deepEqual(interfaceSections(read("[b]\n[global]\n[a]\n[nmea]\n[b]\n[unicast_master_table]\n")), ["b", "a"]);
});

test("isEmptyConf sees through comments", () => {
  assert.ok(isEmptyConf(read("# c\n\n")));
  assert.ok(!isEmptyConf(read("rtcsync\n")));
  assert.ok(!isEmptyConf(read("[global]\n")));
});
