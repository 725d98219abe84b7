import { fieldManager, type KubeObject } from "@ptp/cluster";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClusterStatuses } from "./cluster-statuses.ts";

const key = { kind: "PtpConfig", namespace: "n", name: "c" } as const;
const object = (resourceVersion: string, status: unknown, manager = fieldManager): KubeObject =>
  ({
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: {
      name: "c",
      namespace: "n",
      resourceVersion,
      managedFields: [{ manager, operation: "Apply", subresource: "status" }],
    },
    status,
  }) as KubeObject;

test("a watch that lags behind a write does not bring the old status back", () => {
  const statuses = createClusterStatuses();
  statuses.note(key, object("9", undefined));
  statuses.note(key, object("11", { observedGeneration: 2 }));
  statuses.note(key, object("10", { observedGeneration: 1 }));
  assert.deepEqual(statuses.read(key), { observedGeneration: 2 });
  statuses.note(key, object("12", {}));
  assert.deepEqual([statuses.read(key), statuses.keys()], [undefined, []]);
});

test("a status others wrote is told, but is not ours to remove", () => {
  const statuses = createClusterStatuses();
  statuses.note(key, object("1", { observedGeneration: 1 }, "somebody"));
  assert.deepEqual([statuses.read(key), statuses.keys()], [{ observedGeneration: 1 }, []]);
  statuses.note(key, object("2", { observedGeneration: 1 }));
  assert.deepEqual(statuses.keys(), [key]);
  statuses.forget(key);
  assert.equal(statuses.read(key), undefined);
});

test("what was written is known to be there before the watch tells of it, unless it is somebody else's", () => {
  const statuses = createClusterStatuses();
  const status = { observedGeneration: 1 };
  assert.equal(statuses.holds(key, status), false);
  statuses.note(key, object("2", status));
  assert.deepEqual([statuses.holds(key, { ...status }), statuses.holds(key, {})], [true, false]);
  statuses.note(key, object("1", undefined));
  assert.equal(statuses.holds(key, status), true);
  statuses.note(key, object("3", status, "somebody"));
  assert.deepEqual([statuses.holds(key, status), statuses.holds(key, undefined)], [false, false]);
});
