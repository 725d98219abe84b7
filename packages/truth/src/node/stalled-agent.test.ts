import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import type { PtpClockObservation } from "../ptp-clock.ts";
import { answered, measurement, onlyPort, ownDataSet } from "../testing/management-round.ts";
import { createWholeNode, processInput } from "../testing/whole-node.ts";
import type { NodeInput } from "./node-input.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const named = { key: "ptp4l.0", profile: "oc", configName: "ptp4l.0.config" };
const plan: WatchedPlan = {
  processes: [{ ...named, program: "ptp4l" }],
  ptp4lInstances: [{ ...named, socketPath: "/s", domainNumber: 24, interfaces: ["ens1f0"] }],
  aliasByInterface: {},
};
const profile: NodeProfile = { name: "oc" };
/** A round of management in its order: the measurement comes last. */
function round(measured: number, offsetNs = 5): NodeInput {
  const dataSet: PtpClockObservation = { kind: "default-data-set", dataSet: ownDataSet };
  return answered(dataSet, onlyPort("TIME_RECEIVER"), measurement(measured, offsetNs));
}

const line: NodeInput = {
  source: "line",
  process: "ptp4l.0",
  line: "ptp4l[9.0]: [ptp4l.0.config:6] rms 4 max 9 freq +3 +/- 2 delay 90 +/- 1",
};
/** Seconds in which the agent sleeps. */
const nothing = (seconds: number) => Array.from({ length: seconds }, () => []);

test("an agent that slept does not take its own sleep for a loss: the next round decides", () => {
  const node = createWholeNode(plan, { profiles: [profile] });
  assert.deepEqual(node.run([[processInput(plan, "ptp4l.0", true)], [round(1)]]).slice(-1), [
    "2 ptp4l ens1f0: UNKNOWN > LOCKED: port 1 (ens1f0) is SLAVE, offset within thresholds",
  ]);
  assert.deepEqual(node.run([...nothing(9), [line], [round(2)]]), []);
  assert.deepEqual(node.run([[round(2)], [round(2)], [round(2)]]), [
    "16 ptp4l ens1f0: LOCKED > HOLDOVER: port 1 (ens1f0) is SLAVE but got no Sync for 2 s",
  ]);
});

test("other limits of a ptp4l that answers count from its next round on", () => {
  const node = createWholeNode(plan, { profiles: [profile] });
  node.run([[processInput(plan, "ptp4l.0", true)], [round(1, 50)], ...nothing(9)]);
  const ptpClockThreshold = { maxOffsetThreshold: 40 };
  assert.deepEqual(node.follow(plan, { profiles: [{ ...profile, ptpClockThreshold }] }), []);
  assert.deepEqual(node.run([[round(2, 50)]]), [
    "12 ptp4l ens1f0: LOCKED > FREERUN: offset 50 ns not below maxOffsetThreshold 40 ns",
  ]);
});
