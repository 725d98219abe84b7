import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "./kube-object.ts";
import { trimManagedFields } from "./trim-managed-fields.ts";

test("trimManagedFields: owners stay, fields go, the given object is as it was", () => {
  const entry = { manager: "m", operation: "Apply", subresource: "status", fieldsV1: { "f:status": {} } };
  const object: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name: "a", managedFields: [entry] } };
  const before = structuredClone(object);
  assert.deepEqual(trimManagedFields(object).metadata.managedFields, [
    { manager: "m", operation: "Apply", subresource: "status" },
  ]);
  assert.deepEqual(object, before);
  const bare: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name: "a" } };
  assert.equal(trimManagedFields(bare), bare);
});
