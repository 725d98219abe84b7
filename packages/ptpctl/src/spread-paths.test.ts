import assert from "node:assert/strict";
import test from "node:test";
import { spreadPaths } from "./spread-paths.ts";

test("spreadPaths gives every path after -f a flag of its own, and touches nothing else", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["lint -f a b - --strict c", "lint -f a -f b -f - --strict c"],
    ["lint -f a -f b c", "lint -f a -f b -f c"],
    ["lint --filename a b -o json", "lint --filename a -f b -o json"],
    ["lint --filename=a b", "lint --filename=a -f b"],
    ["lint -fa b --node n x", "lint -fa -f b --node n x"],
    ["lint x y", "lint x y"],
    ["lint -f", "lint -f"],
    ["lint -f - --node n", "lint -f - --node n"],
  ];
  for (const [argv, expected] of cases) assert.equal(spreadPaths(argv.split(" ")).join(" "), expected);
});
