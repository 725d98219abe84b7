import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyDocument } from "./testing/conf-arbitrary.ts";
import { sectionEntries } from "./edit-conf.ts";
import { normaliseConf } from "./normalise-conf.ts";
import { parseConf } from "./parse-conf.ts";
import { renderConf } from "./render-conf.ts";

function normalised(text: string): string {
  return renderConf(normaliseConf(parseConf(text).conf));
}

test("normaliseConf is idempotent and loses no entry", () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      const once = normaliseConf(document);
      assert.deepEqual(normaliseConf(once), once);
      const count = (sections: typeof document.sections): number => sections.flatMap((each) => each.entries).length;
      assert.equal(count(once.sections), count(document.sections));
      assert.deepEqual(sectionEntries(once, "global"), sectionEntries(document, "global"));
    }),
  );
});

test("normaliseConf merges repeated sections into the first", () => {
  assert.equal(
    normalised("[global]\na 1\n[ens1f0]\nb 1\n[Global]\na 2\n[ens1f0]\nc 1\n"),
    "[global]\na 1\na 2\n[ens1f0]\nb 1\nc 1\n",
  );
});

test("normaliseConf takes as many lines as a text can have", () => {
  const { conf } = parseConf(`[global]\na 1\n[global]\n${"\n".repeat(250_000)}`);
  assert.equal(normaliseConf(conf).sections[0]?.entries.length, 250_001);
});

test("normaliseConf leaves members with their device", () => {
  assert.equal(
    normalised("[<a>]\n[eth0]\n[<b>]\n[eth0]\nx 1\n[<a>]\n[eth1]\n[global]\n[eth0]\ny 1\n"),
    "[<a>]\n[eth0]\ny 1\n[eth1]\n[global]\n[<b>]\n[eth0]\nx 1\n",
  );
});
