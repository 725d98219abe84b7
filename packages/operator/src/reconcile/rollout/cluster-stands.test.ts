import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodePtpDeviceStatus } from "@ptp/api";
import type { PodObject } from "../../identity/agent-pods.ts";
import { daemonSetStand, nodeStand, podStand } from "./cluster-stands.ts";
import { emptyJournal } from "./journal.ts";
import { templateLabel, withTemplateLabel } from "./template-label.ts";

const daemonSet = (observedGeneration: number, annotations: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "d", uid: "d", generation: 2 },
  spec: { template: { metadata: { labels: { [templateLabel]: "h" }, annotations } } },
  status: { observedGeneration },
});

const pod = (change: Partial<PodObject["metadata"]> = {}, status: PodObject["status"] = {}): PodObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "p",
    uid: "u",
    labels: { [templateLabel]: "h" },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "d", uid: "d", controller: true }],
    ...change,
  },
  spec: { nodeName: "n" },
  status,
});

test("daemonSetStand: a template counts when the DaemonSet controller has seen it", () => {
  assert.deepEqual(daemonSetStand(daemonSet(2)), { template: "h", journal: emptyJournal });
  assert.equal(daemonSetStand(daemonSet(1)).template, undefined);
});

test("a restart by kubectl makes another template", () => {
  const annotations = { "kubectl.kubernetes.io/restartedAt": "now" };
  const { template } = daemonSetStand(daemonSet(2, annotations));
  assert.notEqual(podStand(pod(), "d")?.template, template);
  assert.equal(podStand(pod({ annotations }), "d")?.template, template);
});

test("podStand: whose it is, and how it stands", () => {
  assert.equal(podStand(pod(), "another"), undefined);
  assert.equal(podStand({ ...pod(), spec: {} }, "d"), undefined, "on no node yet");
  const stand = { name: "p", uid: "u", nodeName: "n", template: "h", isReady: false, isLeaving: false };
  assert.deepEqual(podStand(pod(), "d"), { ...stand, isFailing: false });
  const waiting = (reason: string) => ({ containerStatuses: [{ state: { waiting: { reason } } }] });
  assert.equal(podStand(pod({}, waiting("ContainerCreating")), "d")?.isFailing, false);
  assert.equal(podStand(pod({}, waiting("ImagePullBackOff")), "d")?.isFailing, true);
  assert.equal(podStand(pod({}, { conditions: [{ type: "Ready", status: "True" }] }), "d")?.isReady, true);
  assert.equal(podStand(pod({ deletionTimestamp: "2026-01-01T00:00:00Z" }), "d")?.isLeaving, true);
});

test("nodeStand: what its NodePtpDevice tells", () => {
  const told = (type: string, status: "True" | "False" | "Unknown", reason: string): NodePtpDeviceStatus => ({
    agent: { connected: true, since: "2026-01-01T00:00:00Z", pod: "p" },
    conditions: [{ type, status, reason, message: "", lastTransitionTime: "1970-01-01T00:00:01Z" }],
  });
  const { podName, isConnected, isSettled, clocks, sinceUnixMs } = nodeStand(told("Synchronized", "True", "Locked"));
  assert.deepEqual([podName, isConnected, isSettled, clocks, sinceUnixMs], ["p", true, true, "synchronized", 1000]);
  assert.equal(nodeStand(told("Synchronized", "True", "Locked")).agentSinceUnixMs, Date.UTC(2026, 0, 1));
  assert.equal(nodeStand(told("Synchronized", "False", "Holdover")).clocks, "holdover");
  assert.equal(nodeStand(told("Synchronized", "Unknown", "AgentDisconnected")).clocks, "out");
  assert.equal(nodeStand({}).clocks, "none");
  assert.equal(nodeStand(told("Reconciling", "True", "Progressing")).isSettled, false);
  assert.equal(nodeStand(told("Stalled", "True", "Refused")).isSettled, false);
  assert.equal(nodeStand(told("Stalled", "True", "Unsupported")).isSettled, true, "hardware waits before and after");
});

test("withTemplateLabel: the same template has the same hash", () => {
  const template = (image: string) => withTemplateLabel({ metadata: { labels: { a: "b" } }, spec: { image } });
  const hash = (image: string) => template(image).metadata.labels[templateLabel as "a"];
  assert.match(hash("x"), /^[0-9a-f]{16}$/);
  assert.equal(hash("x"), hash("x"));
  assert.notEqual(hash("x"), hash("y"));
});
