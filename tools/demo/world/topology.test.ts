import assert from "node:assert/strict";
import { test } from "node:test";
import { demoTopology, describeIdentity, end, hardwareAddress } from "./topology.ts";

test("hardware addresses differ and tell node and port", () => {
  const all = demoTopology.cables.flat().map((cableEnd) => hardwareAddress(demoTopology, cableEnd));
  assert.equal(new Set(all).size, all.length);
  assert.equal(hardwareAddress(demoTopology, end("bc", "bc2")), "02:00:00:00:02:02");
});

test("describeIdentity names the node of an identity made from such an address", () => {
  assert.equal(describeIdentity(demoTopology, "020000.fffe.000200-2"), "bc port 2");
  assert.equal(describeIdentity(demoTopology, "020000.fffe.000100-0"), "gm");
  assert.equal(describeIdentity(demoTopology, "020000.fffe.000300"), "oc1");
  assert.equal(describeIdentity(demoTopology, "020000.fffe.00ff00-1"), "020000.fffe.00ff00-1");
  assert.equal(describeIdentity(demoTopology, "4628ea.fffe.02aa96-1"), "4628ea.fffe.02aa96-1");
});
