import fc from "fast-check";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { eventServiceNames } from "./event-service-names.ts";

const sha256Hex = (text: string) => createHash("sha256").update(text).digest("hex");
const namesOf = (nodes: readonly string[], held: Iterable<readonly [string, string]> = []) =>
  eventServiceNames(nodes, { held: new Map(held), sha256Hex });
const plain = (short: string) => `ptp-event-publisher-service-${short}`;

test("eventServiceNames: the known name, where it is valid and the node's alone", () => {
  const long = "n".repeat(36);
  const names = namesOf(["a.x", "b.x", "b.y", "10.0.0.1", "10.0.0.2", long, "n".repeat(35)]);
  assert.equal(names.get("a.x"), plain("a"));
  assert.equal(names.get("b.x"), plain(`b-${sha256Hex("b.x").slice(0, 8)}`));
  assert.match(names.get("b.y") ?? "", /-b-[0-9a-f]{8}$/);
  assert.match(names.get("10.0.0.1") ?? "", /-10-[0-9a-f]{8}$/);
  assert.match(names.get(long) ?? "", /-n{26}-[0-9a-f]{8}$/);
  assert.equal(names.get("n".repeat(35)), plain("n".repeat(35)));
});

test("eventServiceNames: who has a name keeps it when another comes", () => {
  const held = [...namesOf(["a.x"])];
  assert.equal(namesOf(["a.x", "a.w"], held).get("a.x"), plain("a"));
  const both = namesOf(["a.x", "a.w"], held);
  assert.equal(namesOf(["a.w"], both).get("a.w"), both.get("a.w"), "nor takes the other's when that is gone");
  assert.equal(namesOf(["b"], [["b", plain("a")]]).get("b"), plain("b"), "a name that is not its own is none");
});

test("eventServiceNames: equal beginnings of hashes are told apart", () => {
  const weak = (text: string) => `${"0".repeat(8)}${sha256Hex(text)}`;
  const names = eventServiceNames(["a.x", "a.y", "a.z"], { held: new Map(), sha256Hex: weak });
  assert.equal(new Set(names.values()).size, 3);
});

/** Names of nodes with few letters, so that they share beginnings, up to the longest Kubernetes allows. */
const label = fc.stringMatching(/^[ab1]([-ab1]{0,40}[ab1])?$/);
const nodeName = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));

test("eventServiceNames: every node has a valid name of its own, and keeps it whoever comes or goes", () => {
  const sets = fc.array(fc.uniqueArray(nodeName, { maxLength: 12 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(sets, (steps) => {
      let held = new Map<string, string>();
      for (const nodes of steps) {
        const names = namesOf(nodes, held);
        assert.deepEqual([...names.keys()].sort(), [...nodes].sort());
        assert.equal(new Set(names.values()).size, nodes.length);
        for (const [node, name] of names) {
          assert.match(name, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
          if (held.has(node)) assert.equal(name, held.get(node));
        }
        assert.deepEqual(namesOf(nodes.toReversed(), held), names, "in whatever order they are told");
        held = new Map(names);
      }
    }),
  );
});
