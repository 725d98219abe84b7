import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile, ProcessReport } from "@ptp/node";
import type { ClockIdentity, DefaultDataSet } from "@ptp/ptp";
import type { PtpClockObservation } from "../ptp-clock.ts";
import { at } from "../testing/machine-laws.ts";
import { gnssTime, parentOf } from "../testing/machines.ts";
import { announceIntents } from "./announce-intents.ts";
import type { NodeInput } from "./node-input.ts";
import { followPlan, initialNodeState, type NodeState } from "./node-state.ts";
import { stepNode } from "./step-node.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const clockIdentity = "112233.fffe.445566" as ClockIdentity;
const plan: WatchedPlan = {
  processes: [{ key: "ptp4l.0", program: "ptp4l", profile: "tr", configName: "ptp4l.0.config" }],
  ptp4lInstances: [
    {
      key: "ptp4l.0",
      profile: "tr",
      configName: "ptp4l.0.config",
      socketPath: "/var/run/ptp4l.0.socket",
      domainNumber: 24,
      interfaces: ["ens1f0"],
    },
  ],
  aliasByInterface: {},
};
const dataSet: DefaultDataSet = {
  twoStep: true,
  timeReceiverOnly: false,
  numberPorts: 1,
  priority1: 128,
  clockClass: 248,
  clockAccuracy: 0xfe,
  offsetScaledLogVariance: 0xffff,
  priority2: 128,
  clockIdentity,
  domainNumber: 24,
};
const up: ProcessReport = {
  key: "ptp4l.0",
  program: "ptp4l",
  profile: "tr",
  configName: "ptp4l.0.config",
  state: "running",
  starts: 1,
  sinceUnixMs: 0,
  lastExit: "",
};
const dpll = (code: number): NodeInput => {
  const status = { kind: "dpll-status", interfaceName: "ens1f0", ppsAvailable: true, state: "LOCKED" } as const;
  return {
    source: "dpll",
    process: "ptp4l.0",
    status: { ...status, frequencyStatus: code, phaseStatus: code, offsetNs: 2 },
  };
};
const asked = (...observations: readonly PtpClockObservation[]): NodeInput => {
  return { source: "management", process: "ptp4l.0", observations };
};
const port = (state: "TIME_RECEIVER" | "FAULTY"): PtpClockObservation => {
  return { kind: "port", number: 1, state, interfaceName: "ens1f0", logSyncInterval: -4 };
};
const round = (parent: number, ...rest: readonly PtpClockObservation[]): NodeInput =>
  asked(
    { kind: "default-data-set", dataSet },
    { kind: "parent-data-set", dataSet: parentOf(parent) },
    { kind: "current-data-set", dataSet: { stepsRemoved: 2, offsetNs: 0, meanPathDelayNs: 100 } },
    { kind: "time-properties-data-set", dataSet: gnssTime },
    ...rest,
    { kind: "tick" },
  );

/** What such a node decides over the inputs, and announces in the end. */
function story(profile: NodeProfile, inputs: readonly NodeInput[]) {
  let state: NodeState = followPlan(initialNodeState("n"), plan, { profiles: [profile] }, at(0));
  const changes: unknown[] = [];
  inputs.forEach((input, i) => {
    const step = stepNode(state, input, at(60 * i));
    ({ state } = step);
    changes.push(...step.changes.map(({ clock, of, from, to, cause }) => ({ clock, of, from, to, cause })));
  });
  return { changes, announced: announceIntents(state), states: state.clocks.map(({ clock }) => clock.status.state) };
}

const profiles: Readonly<Record<string, NodeProfile>> = {
  "an ordinary clock": { name: "tr" },
  "a T-BC": { name: "tr", ptpSettings: { clockType: "T-BC", leadingInterface: "ens1f0" } },
};

for (const [what, profile] of Object.entries(profiles)) {
  test(`a fault of the only port, told ahead of the round that finds it, decides the same of ${what}`, () => {
    const measured = Array.from({ length: 80 }, (_, i) => [
      round(6, port("TIME_RECEIVER"), { kind: "time-status", offsetNs: 3, ingressTimeNs: BigInt(i + 1) }),
      dpll(3),
    ]).flat();
    const begin: readonly NodeInput[] = [{ source: "process", report: up }, dpll(3), ...measured];
    const found = round(248, port("FAULTY"));
    const later = story(profile, [...begin, asked({ kind: "tick" }), found, found]);
    const ahead = story(profile, [...begin, asked(port("FAULTY")), found, found]);
    assert.deepEqual(ahead, later);
    assert.deepEqual(ahead.states, ["HOLDOVER"]);
  });
}
