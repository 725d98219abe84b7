import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { agentNodeSelector, isAgentNode } from "./agent-nodes.ts";

const config = (daemonNodeSelector?: unknown) => ({ metadata: { name: "default" }, spec: { daemonNodeSelector } });
const linux = { "kubernetes.io/os": "linux" };

test("agentNodeSelector: every Linux node, or those with other labels; moved ones on top", () => {
  assert.deepEqual(agentNodeSelector(undefined, undefined), linux);
  assert.deepEqual(agentNodeSelector(config({}), undefined), linux);
  assert.deepEqual(agentNodeSelector(config({ ptp: "" }), undefined), { ptp: "" });
  assert.deepEqual(agentNodeSelector(config({}), { nodeSelector: { moved: "" } }), { ...linux, moved: "" });
  assert.deepEqual(agentNodeSelector(config([1]), undefined), linux, "what admission would refuse");
  assert.deepEqual(agentNodeSelector({ metadata: { name: "default" } }, undefined), linux);
});

test("isAgentNode: a node has an agent if and only if all labels agree", () => {
  const labels = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("", "x"), { maxKeys: 3 });
  fc.assert(
    fc.property(labels, labels, (selector, has) => {
      const expected = Object.keys(selector).every((key) => Object.hasOwn(has, key) && has[key] === selector[key]);
      assert.equal(isAgentNode({ metadata: { name: "n", labels: has } }, selector), expected);
    }),
  );
  assert.equal(isAgentNode({ metadata: { name: "n" } }, linux), false);
});
