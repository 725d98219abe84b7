import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeDocument } from "../documents/node-document.ts";
import { toText } from "../findings/finding.ts";
import { ptpConfigWith } from "../testing/ptp-config.ts";
import { checkMatches } from "./check-matches.ts";

const node = (name: string): NodeDocument => ({ apiVersion: "v1", kind: "Node", metadata: { name } });
const everywhere = ptpConfigWith({}, [
  { profile: "p", priority: 0 },
  { profile: "p", priority: 1, match: [] },
]);

test("an empty or absent match warns with the number of nodes when it is known", () => {
  const rest = "; name nodes or labels, or set the annotation ptp.openshift.io/empty-match: none";
  assert.deepEqual(checkMatches(everywhere, { nodes: [node("a"), node("b")] }).map(toText), [
    `spec.recommend[0].match: an empty match recommends "p" for every node (2 now)${rest}`,
    `spec.recommend[1].match: an empty match recommends "p" for every node (2 now)${rest}`,
  ]);
  assert.equal(checkMatches(everywhere, {})[0]?.message, `an empty match recommends "p" for every node${rest}`);
});

test("with the annotation an empty match selects nothing, which is told as well", () => {
  const annotations = { "ptp.openshift.io/empty-match": "none" };
  const config = { ...everywhere, metadata: { ...everywhere.metadata, annotations } };
  assert.match(checkMatches(config, { nodes: [node("a")] })[0]?.message ?? "", /for no node/);
});

test("a rule without a field is told, the others are not", () => {
  const config = ptpConfigWith({}, [{ profile: "p", priority: 0, match: [{ nodeName: "w" }, {}, { nodeLabel: "x" }] }]);
  assert.deepEqual(
    checkMatches(config, {}).map(({ path }) => path),
    ["spec.recommend[0].match[1]"],
  );
});
