import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import { clockReports } from "../node-view.ts";
import { parentOf } from "../testing/machines.ts";
import { createWholeNode, processInput, type WholeNode } from "../testing/whole-node.ts";
import { isAcquiring } from "./is-acquiring.ts";
import type { NodeInput } from "./node-input.ts";
import { nodeView } from "./node-state.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const receiver: NodeProfile = {
  name: "tr",
  ptpSettings: {
    clockType: "T-BC",
    leadingInterface: "ens1f0",
    upstreamPort: "ens1f1",
    "clockId[ens1f0]": "1",
    LocalHoldoverTimeout: "1440",
    LocalMaxHoldoverOffSet: "1500",
    MaxInSpecOffset: "100",
  },
};
const giver: NodeProfile = { name: "tt", ptpSettings: { controllingProfile: "tr" } };
const config = { profiles: [receiver, giver] };

const instance = (id: number, profile: string, ...interfaces: readonly string[]) => {
  const names = { key: `ptp4l.${id}`, profile, configName: `ptp4l.${id}.config` };
  return { ...names, socketPath: `/s${id}`, domainNumber: 24, interfaces };
};
const ptp4lInstances = [instance(0, "tr", "ens1f1"), instance(1, "tt", "ens1f0", "ens2f0")];
const plan: WatchedPlan = {
  processes: [
    { key: "ptp4l.0", program: "ptp4l", profile: "tr", configName: "ptp4l.0.config" },
    { key: "ts2phc.0", program: "ts2phc", profile: "tr", configName: "ts2phc.0.config" },
    { key: "ptp4l.1", program: "ptp4l", profile: "tt", configName: "ptp4l.1.config" },
  ],
  ptp4lInstances,
  aliasByInterface: { ens1f0: "ens1fx", ens1f1: "ens1fx", ens2f0: "ens2fx" },
};

/** `code`: 3 locked, 4 holdover. */
const dpll = (code: number, offsetNs = 2): NodeInput => {
  const told = {
    interfaceName: "ens1f0",
    frequencyStatus: code,
    phaseStatus: code,
    ppsAvailable: code === 3,
    offsetNs,
  };
  return { source: "dpll", process: "ts2phc.0", status: { kind: "dpll-status", ...told, state: "UNKNOWN" } };
};

let ingressTimeNs = 0n;
const measured = (offsetNs: number): NodeInput => {
  ingressTimeNs += 1n;
  const observations = [{ kind: "time-status", offsetNs, ingressTimeNs } as const];
  return { source: "management", process: "ptp4l.0", observations };
};
const port = (state: "TIME_RECEIVER" | "FAULTY"): NodeInput => ({
  source: "management",
  process: "ptp4l.0",
  observations: [
    { kind: "parent-data-set", dataSet: parentOf(6) },
    { kind: "port", number: 1, state, interfaceName: "ens1f1", logSyncInterval: -4 },
    { kind: "tick" },
  ],
});
const gives: NodeInput = {
  source: "management",
  process: "ptp4l.1",
  observations: [{ kind: "port", number: 1, state: "TIME_TRANSMITTER", interfaceName: "ens1f0" }, { kind: "tick" }],
};

const second = () => [dpll(3), ...Array.from({ length: 16 }, () => measured(5)), port("TIME_RECEIVER"), gives];

function locked(): WholeNode {
  const node = createWholeNode(plan, config);
  const up = plan.processes.map(({ key }) => processInput(plan, key, true));
  node.run([[...up, port("TIME_RECEIVER"), gives], second(), second(), second(), second()]);
  return node;
}

const of = (process: string, told: readonly string[]) => told.filter((each) => each.split(" ")[1] === process);

test("a locked T-BC in metrics, events and reports", () => {
  const node = locked();
  assert.deepEqual(node.metrics(/[{,](?:T-BC|dpll),|clock_class|clock_state/), [
    "clock_class{ptp4l,ts2phc.0.config} 6",
    "clock_state{T-BC,ens1fx} 1",
    "clock_state{dpll,ens1fx} 1",
    "clock_state{ptp4l,ens1f0} 1",
    "clock_state{ptp4l,ens1f1} 1",
    "frequency_status{dpll,dpll,ens1fx} 3",
    "offset_ns{T-BC,T-BC,ens1fx} 5",
    "offset_ns{dpll,dpll,ens1fx} 2",
    "phase_status{dpll,dpll,ens1fx} 3",
    "pps_status{dpll,dpll,ens1fx} 1",
  ]);
  const [state] = node.events("lock-state");
  assert.ok(state?.resource === "lock-state");
  assert.deepEqual([state.name, state.state, state.offsetNs], ["ens1fx", "LOCKED", 5]);
  assert.deepEqual(
    node.events("clock-class").map((each) => each.resource === "clock-class" && [each.name, each.clockClass]),
    [["ens1fx", 6]],
  );
  assert.deepEqual(
    clockReports(nodeView(node.state())).map(({ process, profile, state }) => [process, profile, state]),
    [
      ["ptp4l", "tr", "LOCKED"],
      ["ptp4l", "tt", "LOCKED"],
      ["T-BC", "tr", "LOCKED"],
    ],
  );
});

test("a T-BC acquires until its filter is full of good offsets, though its ptp4l is locked long before", () => {
  const node = createWholeNode(plan, config);
  const up = plan.processes.map(({ key }) => processInput(plan, key, true));
  const seconds = [[...up, port("TIME_RECEIVER"), gives], second(), second(), second(), second()];
  const acquiring = seconds.map((each) => {
    node.run([each]);
    return isAcquiring(node.state(), "ptp4l.0");
  });
  assert.deepEqual(acquiring, [true, true, true, true, false]);
  assert.equal(isAcquiring(node.state(), "ptp4l.1"), false, "one that gives the time of a T-BC measures nothing");
  node.run([[dpll(1)]]);
  assert.equal(isAcquiring(node.state(), "ptp4l.0"), false, "no offset helps against a DPLL that is not locked");
  node.run([[port("FAULTY")]]);
  assert.equal(isAcquiring(node.state(), "ptp4l.0"), true);
});

test("upstream loss: class 135, out of specification 165, and back; what gives its time goes along", () => {
  const node = locked();
  const lost = [port("FAULTY"), dpll(4), gives];
  const told = node.run(Array.from({ length: 100 }, () => lost));
  const cause = "no upstream port receives time: ens1f1 FAULTY";
  assert.deepEqual(of("T-BC", told), [
    `6 T-BC ens1fx: LOCKED > HOLDOVER: ${cause}`,
    `6 T-BC ens1fx clock-class: 6 > 135: ${cause}`,
    `102 T-BC ens1fx clock-class: 135 > 165: out of specification; ${cause}`,
  ]);
  const given = "gives the time of the T-BC of tr";
  assert.deepEqual(
    of("ptp4l", told).filter((each) => each.includes("ens1f0:")),
    [`6 ptp4l ens1f0: LOCKED > HOLDOVER: ${given}, which is HOLDOVER: ${cause}`],
  );
  assert.deepEqual(node.metrics(/offset_ns\{(?:T-BC|dpll)|class.*ts2phc/), [
    "clock_class{ptp4l,ts2phc.0.config} 165",
    "offset_ns{T-BC,T-BC,ens1fx} 103",
    "offset_ns{dpll,dpll,ens1fx} 103",
  ]);
  const back = node.run([second(), second(), second(), second(), second()]);
  assert.deepEqual(
    of("T-BC", back).map((each) => each.replace(/: [^>]*$/, "")),
    ["110 T-BC ens1fx: HOLDOVER > LOCKED", "110 T-BC ens1fx clock-class: 165 > 6"],
  );
});

test("an edit of thresholds or of what is logged keeps a T-BC; one that nobody's profile gives on any more receives only", () => {
  const node = locked();
  const edited = { ...receiver, ptpClockThreshold: { maxOffsetThreshold: 50 } };
  assert.deepEqual(node.follow(plan, { profiles: [edited, giver] }), []);
  const logged = { ...edited, ptpSettings: { stdoutFilter: "x", ...receiver.ptpSettings, logReduce: "true" } };
  assert.deepEqual(node.follow(plan, { profiles: [logged, giver] }), []);
  assert.ok(node.metrics(/clock_state\{T-BC/).includes("clock_state{T-BC,ens1fx} 1"));
  assert.deepEqual(node.follow({ ...plan, ptp4lInstances: ptp4lInstances.slice(0, 1) }, { profiles: [edited] }), []);
  const told = node.run([second()]);
  assert.deepEqual(of("T-BC", told).length, 1);
  assert.match(told[0] ?? "", /T-BC ens1fx clock-class: 6 > 255/);
  node.follow(plan, {
    profiles: [{ ...edited, ptpSettings: { ...receiver.ptpSettings, leadingInterface: "ens2f0" } }],
  });
  assert.deepEqual(node.metrics(/T-BC/), [], "until a DPLL is heard of again");
});
