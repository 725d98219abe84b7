import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyDocument, bareDocument, withoutPositions } from "./testing/conf-arbitrary.ts";
import { parseConf } from "./parse-conf.ts";
import { renderConf, renderConfFile } from "./render-conf.ts";

const text = "# top\n\n[global]\n# why\npriority1\t1\nflag\n\n[ens1f0]\n[global]\nx  2";

test("renderConf keeps order, comments and blank lines", () => {
  assert.equal(
    renderConf(parseConf(text).conf),
    "# top\n\n[global]\n# why\npriority1 1\nflag\n\n[ens1f0]\n[global]\nx 2\n",
  );
  assert.equal(
    renderConf(parseConf(text).conf, { comments: false }),
    "[global]\npriority1 1\nflag\n[ens1f0]\n[global]\nx 2\n",
  );
  assert.equal(renderConf(parseConf("").conf), "");
});

test("renderConf and renderConfFile write as many lines as a text can have", () => {
  const long = `[global]\n${"a\n".repeat(130_000)}`;
  assert.equal(renderConf(parseConf(long).conf), long);
  assert.equal(renderConfFile(parseConf(long).conf, { profileName: "p" }), `#profile: p\n\n${long.trimEnd()}`);
});

test("renderConf without comments says the same options", () => {
  fc.assert(
    fc.property(bareDocument, (document) => {
      assert.deepEqual(withoutPositions(parseConf(renderConf(document, { comments: false })).conf), document);
    }),
  );
});

test("renderConfFile writes the layout of the rendered files", () => {
  const { conf } = parseConf(text);
  assert.equal(renderConfFile(conf, { profileName: "p" }), "#profile: p\n\n[global]\npriority1 1\nflag\nx 2\n[ens1f0]");
  assert.equal(
    renderConfFile(conf, { profileName: "p", flags: "drop" }),
    "#profile: p\n\n[global]\npriority1 1\nx 2\n[ens1f0]",
  );
  assert.equal(
    renderConfFile(parseConf("server a\n# c\nrtcsync\n").conf, { profileName: "ntp" }),
    "#profile: ntp\n\n\nserver a\nrtcsync",
  );
  assert.equal(renderConfFile(parseConf("").conf, { profileName: "p" }), "#profile: p\n");
});

test("renderConfFile lets no profile name become configuration", () => {
  const file = renderConfFile(parseConf("").conf, { profileName: "a\n[global]\r\nfree_running 0" });
  assert.equal(file, "#profile: a [global] free_running 0\n");
});

test("renderConfFile writes what a daemon reads as the normalised document", () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      const file = renderConfFile(document, { profileName: "p" });
      const again = renderConfFile(parseConf(file).conf, { profileName: "p" });
      assert.equal(again, file);
    }),
  );
});
