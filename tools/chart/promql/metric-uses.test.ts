import assert from "node:assert/strict";
import { test } from "node:test";
import { metricUses } from "./metric-uses.ts";

const names = (expression: string) => metricUses(expression).metrics.map(({ name }) => name);

test("metrics and the labels they are selected by", () => {
  assert.deepEqual(metricUses(`up{job="a{b}", node=~"$node"} == 0 # down`), {
    metrics: [{ name: "up", matchedLabels: ["job", "node"] }],
  });
  assert.deepEqual(names("a > 100 or b{} < -100 unless bool_c offset 5m"), ["a", "b", "bool_c"]);
});

test("functions, keywords and durations are no metrics", () => {
  assert.deepEqual(names("topk(10, max by (node) (max_over_time(abs(a)[1m:])))"), ["a"]);
  assert.deepEqual(names("sum(rate(b_bucket[5m])) without (le)"), ["b_bucket"]);
});

test("labels that are left", () => {
  assert.deepEqual(metricUses("a - on (node, iface) group_left (config) b").keptLabels, ["node", "iface"]);
  assert.deepEqual(metricUses("sum by () (a)").keptLabels, []);
  assert.equal(metricUses("a").keptLabels, undefined);
  assert.equal(metricUses("a and on (node) b").keptLabels, undefined);
  assert.deepEqual(metricUses("(a - on (node, iface) b) and on (node) c").keptLabels, ["node", "iface"]);
});

test("what is no PromQL", () => {
  assert.throws(() => metricUses("sum(a"), { name: "SyntaxError", message: ") is missing" });
  assert.throws(() => metricUses("a[5m)"), { message: ") closes nothing" });
  assert.throws(() => metricUses("summ(a)"), { message: "summ is no function that is known here" });
  assert.throws(() => metricUses("a{b}"), { message: "{b …} has no operator with a text" });
  assert.throws(() => metricUses('a{b="c}'), { message: 'no PromQL at character 4: "c}' });
  assert.throws(() => metricUses("a & b"), { message: "no PromQL at character 2: & b" });
});
