import assert from "node:assert/strict";
import { test } from "node:test";
import { isOurReport, isOurs } from "./is-ours.ts";

const object = (metadata: object) => ({ apiVersion: "v1", kind: "Service", metadata: { name: "x", ...metadata } });
const labels = (managedBy: string, instance?: string) => ({
  labels: { "app.kubernetes.io/managed-by": managedBy, ...(instance && { "app.kubernetes.io/instance": instance }) },
});
const applied = (more: object = {}) => ({
  managedFields: [{ manager: "ptp-operator", operation: "Apply", ...more }],
});

test("isOurs: by label, of this installation", () => {
  assert.equal(isOurs(object(labels("ptp-operator", "a")), "a"), true);
  assert.equal(isOurs(object(labels("ptp-operator")), "a"), true);
  assert.equal(isOurs(object(labels("ptp-operator", "b")), "a"), false);
  assert.equal(isOurs(object(labels("Helm", "a")), "a"), false, "the chart's own go with Helm");
  assert.equal(isOurs(object(applied()), "a"), false, "a part in somebody else's object makes it nobody's");
});

test("isOurReport: nobody else has a part in it", () => {
  const other = { manager: "daemon", operation: "Update", subresource: "status" };
  const mine = applied({ subresource: "status" });
  assert.equal(isOurReport(object({})), true);
  assert.equal(isOurReport(object(mine)), true);
  assert.equal(isOurReport(object({ managedFields: [...mine.managedFields, other] })), false);
  assert.equal(isOurReport(object({ managedFields: [{ manager: "ptp-operator", operation: "Update" }] })), false);
});
