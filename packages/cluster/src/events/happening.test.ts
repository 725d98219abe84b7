import assert from "node:assert/strict";
import { test } from "node:test";
import { toEvent, type Happening } from "./happening.ts";

const source = { controller: "ptp.openshift.io/operator", instance: "pod-1" };
const identity = { time: new Date("2026-11-21T10:00:00Z"), suffix: "00ff" };
const happening: Happening = {
  regarding: { apiVersion: "v1", kind: "Node", metadata: { name: "n1", uid: "u", resourceVersion: "3" } },
  type: "Warning",
  reason: "ProfileRefused",
  action: "Apply",
  note: "no",
};

test("toEvent: an event of a cluster-scoped object goes to default", () => {
  assert.deepEqual(toEvent(happening, source, identity), {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: "n1.00ff", namespace: "default" },
    eventTime: "2026-11-21T10:00:00.000000Z",
    type: "Warning",
    reason: "ProfileRefused",
    action: "Apply",
    note: "no",
    reportingController: "ptp.openshift.io/operator",
    reportingInstance: "pod-1",
    regarding: { apiVersion: "v1", kind: "Node", name: "n1", uid: "u", resourceVersion: "3" },
  });
});

test("toEvent: a long note is cut within 1,024 bytes and between characters", () => {
  const { note } = toEvent({ ...happening, note: "aé€😀".repeat(500) }, source, identity) as unknown as {
    note: string;
  };
  assert.ok(Buffer.byteLength(note) <= 1024 && Buffer.byteLength(note) > 1015);
  assert.match(note, /^(aé€😀)+(a|aé|aé€)?…$/u);
});
