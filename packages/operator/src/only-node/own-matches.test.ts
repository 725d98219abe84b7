import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withOwnMatches } from "./own-matches.ts";

const nodeName = fc.constantFrom("a", "b", "c");
const match = fc.record({ nodeName, profile: fc.constantFrom("p", "q", "r") }, { noNullPrototype: true });
const lists = fc.array(match, { maxLength: 8 });
const profiles = fc.uniqueArray(fc.constantFrom("p", "q", "r"));

test("entries of other nodes are never touched, the own ones are what is given, and then nothing changes", () => {
  fc.assert(
    fc.property(lists, nodeName, profiles, (list, node, names) => {
      const own = names.map((profile) => ({ nodeName: node, profile }));
      const after = withOwnMatches(list, node, own, 100) ?? list;
      const isOwn = (entry: { nodeName: string }): boolean => entry.nodeName === node;
      assert.deepEqual(
        after.filter((entry) => !isOwn(entry)),
        list.filter((entry) => !isOwn(entry)),
      );
      assert.deepEqual(after.filter(isOwn), own);
      assert.equal(withOwnMatches(after, node, own, 100), undefined);
    }),
  );
});

test("a full list takes no more, and loses nothing of others", () => {
  const others = Array.from({ length: 3 }, (_, index) => ({ nodeName: `n${index}`, profile: "p" }));
  const own = [
    { nodeName: "own", profile: "p" },
    { nodeName: "own", profile: "q" },
  ];
  assert.deepEqual(withOwnMatches(others, "own", own, 4), [...others, own[0]]);
  assert.equal(withOwnMatches(others, "own", own, 3), undefined);
  assert.equal(withOwnMatches(others, "own", own, 1), undefined);
});

test("without a list there is one only when there is something to say", () => {
  assert.equal(withOwnMatches(undefined, "a", [], 9), undefined);
  assert.deepEqual(withOwnMatches(undefined, "a", [{ nodeName: "a", profile: "p" }], 9), [
    { nodeName: "a", profile: "p" },
  ]);
});

test("a change stays in its place", () => {
  const list = ["x", "a", "y"].map((name) => ({ nodeName: name, profile: "p" }));
  const after = withOwnMatches(list, "a", [{ nodeName: "a", profile: "q" }], 9);
  assert.deepEqual(
    after?.map(({ nodeName: name, profile }) => `${name}/${profile}`),
    ["x/p", "a/q", "y/p"],
  );
});
