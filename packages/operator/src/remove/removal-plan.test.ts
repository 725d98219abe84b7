import assert from "node:assert/strict";
import { test } from "node:test";
import { podsText } from "./removal-plan.ts";

test("podsText: a few by name and node, the rest by number", () => {
  const pod = (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { nodeName: "n" } });
  assert.equal(podsText([pod("a"), { ...pod("b"), spec: {} }]), "a on n, b on no node");
  assert.match(podsText(["a", "b", "c", "d", "e", "f", "g"].map(pod)), /^a on n, .*e on n, 2 more$/);
});
