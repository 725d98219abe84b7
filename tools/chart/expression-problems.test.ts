import assert from "node:assert/strict";
import { test } from "node:test";
import { expressionProblems } from "./expression-problems.ts";

const known = new Map([
  ["a", ["node", "iface"]],
  ["b", ["node"]],
]);
const problems = (expression: string, ...shown: readonly string[]) => expressionProblems(expression, shown, known);

test("what exists is fine", () => {
  assert.deepEqual(problems('a{iface="x"} > 1 or b', "node", "iface"), []);
  assert.deepEqual(problems("sum by (node) (a)", "node"), []);
});

test("what does not exist is told", () => {
  assert.deepEqual(problems("c > 1"), ["c is no metric of this system"]);
  assert.deepEqual(problems('b{iface="x"}'), ["b has no iface"]);
  assert.deepEqual(problems("sum by (pod) (a)"), ["no metric of it has pod: sum by (pod) (a)"]);
  assert.deepEqual(problems("sum by (node) (a)", "iface"), ["its result has no iface: sum by (node) (a)"]);
  assert.deepEqual(problems("a)"), [") closes nothing in a)"]);
  assert.deepEqual(problems("vector(0)"), ["vector(0) asks for no metric"]);
});
