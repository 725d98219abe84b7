import assert from "node:assert/strict";
import { test } from "node:test";
import { leapListOf } from "./leap-list-of.ts";
import { createResolver } from "./resolver.ts";
import { config, node, sha256Hex, simple, snapshotOf } from "./testing/snapshot.ts";

const nodes = [node("w1"), node("w2")];
const ptpConfigs = [config("a", simple("p", []))];

test("a node gets its own list, another the one for all", () => {
  const lists = { w1: "one", "leap-seconds.list": "all", w3: " \n", w4: "\ud800" };
  assert.deepEqual(
    ["w1", "w2", "w3", "w4", "constructor"].map((name) => leapListOf(name, lists)),
    ["one", "all", "all", "all", "all"],
  );
  assert.equal(leapListOf("w1", undefined), undefined);
  assert.equal(leapListOf("w2", { w1: "one" }), undefined);
});

test("a list changes the config and revision of the nodes it is for, and of no other", () => {
  const resolve = createResolver(sha256Hex);
  const snapshot = snapshotOf({ nodes, ptpConfigs });
  const before = resolve(snapshot).nodes;
  const given = resolve({ ...snapshot, leapLists: { w1: "one" } }).nodes;
  assert.equal(given.get("w1")?.config.leapSeconds, "one");
  assert.notEqual(given.get("w1")?.revision, before.get("w1")?.revision);
  assert.equal(given.get("w2")?.config, before.get("w2")?.config);
  const again = resolve({ ...snapshot, leapLists: { w1: "one" } }).nodes;
  assert.equal(again.get("w1")?.config, given.get("w1")?.config);
  const gone = resolve(snapshot).nodes;
  assert.deepEqual(gone.get("w1")?.config, before.get("w1")?.config);
  assert.equal(gone.get("w1")?.revision, before.get("w1")?.revision);
});
