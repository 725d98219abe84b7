import assert from "node:assert/strict";
import { test } from "node:test";
import { claimLease, type Lease } from "./lease.ts";

const time = new Date("2026-11-21T10:00:00.123Z");
const claim = { namespace: "n", name: "l", holder: "me", leaseDurationMs: 15_000, time };

test("claimLease: a new lease", () => {
  assert.deepEqual(claimLease(undefined, claim), {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "l", namespace: "n" },
    spec: {
      holderIdentity: "me",
      leaseDurationSeconds: 15,
      acquireTime: "2026-11-21T10:00:00.123000Z",
      renewTime: "2026-11-21T10:00:00.123000Z",
      leaseTransitions: 0,
    },
  });
});

const held: Lease = {
  ...claimLease(undefined, { ...claim, holder: "other" }),
  metadata: { name: "l", namespace: "n", resourceVersion: "7", labels: { a: "b" }, managedFields: [{ manager: "x" }] },
};

test("claimLease: taking over counts a transition and keeps what others wrote", () => {
  const taken = claimLease(held, claim);
  assert.deepEqual(taken.metadata, { name: "l", namespace: "n", resourceVersion: "7", labels: { a: "b" } });
  assert.equal(taken.spec?.leaseTransitions, 1);
});

test("claimLease: a renewal keeps the time it was acquired", () => {
  const later = new Date("2026-11-21T10:00:02Z");
  const renewed = claimLease(held, { ...claim, holder: "other", time: later });
  assert.deepEqual(
    [renewed.spec?.acquireTime, renewed.spec?.renewTime, renewed.spec?.leaseTransitions],
    ["2026-11-21T10:00:00.123000Z", "2026-11-21T10:00:02.000000Z", 0],
  );
});

test("claimLease: giving up leaves no holder and a short duration", () => {
  const given = claimLease(held, { ...claim, holder: "" });
  assert.deepEqual([given.spec?.holderIdentity, given.spec?.leaseDurationSeconds], ["", 1]);
});
