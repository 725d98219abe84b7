import type { Condition, NodePtpDeviceStatus } from "@ptp/api";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ObjectStatus } from "../store/store.ts";
import { transitionsOf } from "./status-happenings.ts";

const ready = (status: Condition["status"], reason: string, message = ""): ObjectStatus => ({
  conditions: [{ type: "Ready", status, reason, message, lastTransitionTime: "2026-01-01T00:00:00Z" }],
});
const texts = (before: ObjectStatus | undefined, now: ObjectStatus) =>
  transitionsOf(before, now).map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

test("Ready and not Ready are told with the reason, once", () => {
  const good = { ...ready("True", "Succeeded"), summary: { matchedNodes: 2 }, observedGeneration: 3 };
  const bad = ready("False", "Freerun", "n ptp4l.0.config is FREERUN: no announce");
  assert.deepEqual(texts(undefined, good), ["Normal Ready: generation 3 is applied and locked on 2 nodes"]);
  assert.deepEqual(texts(good, bad), ["Warning Freerun: n ptp4l.0.config is FREERUN: no announce"]);
  assert.deepEqual(texts(bad, ready("False", "Holdover", "n is in HOLDOVER")), ["Warning Holdover: n is in HOLDOVER"]);
  for (const status of [good, bad]) assert.deepEqual(texts(status, status), []);
  assert.deepEqual(texts(bad, ready("False", "Freerun", "n and m")), [], "the same with other words");
});

test("what is on its way, and what an object begins with, is no news", () => {
  assert.deepEqual(texts(ready("True", "Succeeded"), ready("False", "Progressing", "n")), []);
  assert.deepEqual(texts(undefined, ready("False", "AgentDisconnected", "n")), []);
  assert.deepEqual(texts(undefined, ready("False", "Invalid", "spec.profile")), ["Warning Invalid: spec.profile"]);
});

test("of a node the agent's coming and going is told, and each profile it refuses", () => {
  const at = (connected: boolean, more: NodePtpDeviceStatus = {}): ObjectStatus => ({
    ...ready("False", connected ? "Refused" : "AgentDisconnected", "n"),
    agent: { connected, since: "2026-01-01T00:00:00Z" },
    ...more,
  });
  const profiles = [
    { name: "c_a", outcome: "applied" as const },
    { name: "c_b", outcome: "refused" as const, path: "interface", reason: "eth9 does not exist" },
  ];
  assert.deepEqual(texts(undefined, at(false)), [], "no agent has come yet");
  assert.deepEqual(texts(at(false), at(true, { profiles })), [
    "Normal AgentConnected: the agent is connected",
    "Warning Refused: n",
    "Warning ProfileRefused: profile c_b is refused: interface: eth9 does not exist",
  ]);
  assert.deepEqual(texts(at(true, { profiles }), at(false, { profiles })), [
    "Warning AgentDisconnected: the agent is not connected; what the node ran goes on without reports",
  ]);
  assert.deepEqual(texts(at(true, { profiles }), at(true, { profiles })), []);
});

test("of a node each time its system clock follows another source is told, with the cause", () => {
  const following = (profile: string, name: string, cause: readonly string[]): ObjectStatus => ({
    clocks: [
      {
        profile: "c_ha",
        process: "phc2sys",
        config: "phc2sys.2.config",
        state: "LOCKED",
        since: "2026-01-01T00:00:00Z",
        cause: [],
        ports: [],
        source: { profile, interface: name, since: "2026-01-01T00:00:00Z", cause },
      },
    ],
  });
  const first = following("c_bc1", "ens1f0", ["the most wanted source"]);
  const second = following("c_bc2", "ens2f0", ["c_bc1 failed: its ptp4l is down", "c_bc2 is well"]);
  assert.deepEqual(texts(undefined, first), []);
  assert.deepEqual(texts(first, second), [
    "Normal SourceChanged: the system clock follows ens2f0 of c_bc2 instead of ens1f0 of c_bc1: " +
      "c_bc1 failed: its ptp4l is down; c_bc2 is well",
  ]);
  assert.deepEqual(texts(second, second), []);
});
