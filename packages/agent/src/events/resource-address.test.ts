import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { resourcesOf } from "./resource-address.ts";
import { resourceNames } from "./resources.ts";

const node = "node1.example.com";
const all = resourceNames.map(({ resource }) => resource);

const meanings: readonly (readonly [address: string, resources: readonly string[] | undefined])[] = [
  [`/cluster/node/${node}/sync/ptp-status/lock-state`, ["lock-state"]],
  ["/cluster/node/./sync/ptp-status/lock-state", ["lock-state"]],
  ["/cluster/node/*/sync/ptp-status/lock-state", ["lock-state"]],
  ["/././sync/ptp-status/lock-state", ["lock-state"]],
  [`/./${node}/sync/ptp-status/lock-state`, ["lock-state"]],
  ["/*/sync/ptp-status/lock-state", ["lock-state"]],
  ["/cluster/node/sync/ptp-status/lock-state", ["lock-state"]],
  [`/cluster/node/${node}/sync/ptp-status/lock-state/`, ["lock-state"]],
  [`/cluster/node/${node}/sync/ptp-status/ptp-clock-class-change`, ["clock-class"]],
  [`/cluster/node/${node}/sync/ptp-status`, ["clock-class", "lock-state"]],
  [`/cluster/node/${node}/sync/*/lock-state`, ["lock-state", "synce-lock-state"]],
  [`/cluster/node/${node}/sync`, all],
  [`/cluster/node/${node}`, all],
  ["/cluster/node/other/sync/ptp-status/lock-state", undefined],
  ["/cluster/node/node1/sync/ptp-status/lock-state", undefined],
  [`/other/${node}/sync`, undefined],
  ["/sync/ptp-status/lock-state", undefined],
  [`/cluster/node/${node}/sync/ptp-status/lock-state-extended`, undefined],
  [`/cluster/node/${node}/sync/ptp-status/lock-state/more`, undefined],
  [`/cluster/node/${node}//sync`, undefined],
  [`cluster/node/${node}/sync`, undefined],
  ["/", undefined],
  ["", undefined],
  [`/cluster/node/${node}/sync/${"x".repeat(2_000)}`, undefined],
];

for (const [address, resources] of meanings) {
  test(`resourcesOf: ${address.slice(0, 80)}`, () => assert.deepEqual(resourcesOf(address, node), resources));
}

test("resourcesOf: another node is never meant, and nothing throws", () => {
  const segment = fc.constantFrom("cluster", "node", ".", "*", "..", "sync", "ptp-status", "lock-state", "other", "");
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 7 }), (segments) => {
      const resources = resourcesOf(`/${segments.join("/")}`, "n1");
      if (segments.includes("other")) assert.equal(resources, undefined);
      if (resources !== undefined) assert.ok(resources.length > 0);
    }),
  );
});
