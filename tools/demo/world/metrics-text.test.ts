import assert from "node:assert/strict";
import { test } from "node:test";
import { metricValue, parseMetricsText } from "./metrics-text.ts";

const page = `# HELP a_b Something
# TYPE a_b gauge
a_b{node="gm",iface="ens1f\\"x"} -12.5
a_b{node="bc",iface="a,b={}"} +Inf
plain 3 1700000000000

not a sample
`;

test("parseMetricsText reads names, labels and values", () => {
  assert.deepEqual(parseMetricsText(page), [
    { name: "a_b", labels: { node: "gm", iface: 'ens1f"x' }, value: -12.5 },
    { name: "a_b", labels: { node: "bc", iface: "a,b={}" }, value: Infinity },
    { name: "plain", labels: {}, value: 3 },
  ]);
});

test("metricValue finds one series, and refuses to choose among several", () => {
  const lines = parseMetricsText(page);
  assert.equal(metricValue(lines, "a_b", { node: "gm" }), -12.5);
  assert.equal(metricValue(lines, "a_b", { node: "oc" }), undefined);
  assert.throws(() => metricValue(lines, "a_b"), /2 series/);
});
