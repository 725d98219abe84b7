import assert from "node:assert/strict";
import { test } from "node:test";
import { createEndpointGuard, isNetwork, type EndpointPolicy } from "./endpoint-guard.ts";

const policy: EndpointPolicy = { allowLoopback: false, allowedNetworks: [], ownPorts: [9043, 9091] };
const guard = (changes: Partial<EndpointPolicy> = {}) =>
  createEndpointGuard({ ...policy, ...changes }, () => ["10.0.0.5", "fd00::5"]);

test("createEndpointGuard: link-local, metadata, group and unspecified addresses are refused in every spelling", () => {
  const refused = [
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "168.63.129.16",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a9fe:a9fe",
    "::ffff:0:a9fe:a9fe",
    "2002:a9fe:a9fe::1",
  ];
  for (const allowLoopback of [false, true]) {
    for (const address of refused)
      assert.match(guard({ allowLoopback }).refusal(address, 80) ?? "", /metadata/, address);
  }
});

test("createEndpointGuard: loopback only if it is allowed, however it is written", () => {
  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]) {
    assert.match(guard().refusal(address, 80) ?? "", /--event-allow-loopback/, address);
    assert.equal(guard({ allowLoopback: true }).refusal(address, 80), undefined, address);
  }
});

test("createEndpointGuard: our own ports on this node are no consumers", () => {
  for (const address of ["10.0.0.5", "fd00::5", "::ffff:10.0.0.5"]) {
    assert.match(guard().refusal(address, 9043) ?? "", /port 9043/, address);
    assert.equal(guard().refusal(address, 9042), undefined);
  }
  assert.match(guard({ allowLoopback: true }).refusal("127.0.0.1", 9091) ?? "", /port 9091/);
  assert.equal(guard().refusal("10.0.0.6", 9043), undefined, "another node's");
});

test("createEndpointGuard: with networks given nothing outside of them", () => {
  const bounded = guard({ allowedNetworks: ["10.0.0.0/8", "fd00::/8"] });
  assert.equal(bounded.refusal("10.200.1.1", 80), undefined);
  assert.equal(bounded.refusal("fd12::1", 80), undefined);
  assert.match(bounded.refusal("192.168.1.1", 80) ?? "", /no allowed network/);
  assert.match(bounded.refusal("2001:db8::1", 80) ?? "", /no allowed network/);
});

test("isNetwork: an address with as many bits as it has", () => {
  for (const good of ["10.0.0.0/8", "0.0.0.0/0", "fd00::/8", "::/0", "1.2.3.4/32"]) assert.ok(isNetwork(good), good);
  for (const bad of ["10.0.0.0", "10.0.0.0/33", "fd00::/129", "x/8", "10.0.0.0/-1", "10.0.0.0/8/8", ""]) {
    assert.ok(!isNetwork(bad), bad);
  }
});
