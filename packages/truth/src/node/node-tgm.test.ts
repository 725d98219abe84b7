import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import { clockReports } from "../node-view.ts";
import { createWholeNode, processInput, type WholeNode } from "../testing/whole-node.ts";
import type { NodeInput } from "./node-input.ts";
import { nodeView } from "./node-state.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const profile: NodeProfile = {
  name: "gm",
  ts2phcOpts: "-m",
  ts2phcConf:
    "[nmea]\nts2phc.master 1\n[global]\n[ens1f0]\nts2phc.extts_correction 0\n[ens2f0]\nts2phc.extts_correction 0\n",
  ptpSettings: {
    clockType: "T-GM",
    "clockId[ens1f0]": "1",
    "clockId[ens2f0]": "2",
    LocalHoldoverTimeout: "1440",
    LocalMaxHoldoverOffSet: "1500",
    MaxInSpecOffset: "100",
  },
};
const config = { profiles: [profile] };

const named = { profile: "gm", configName: "ts2phc.0.config" };
const plan: WatchedPlan = {
  processes: [
    { key: "gpsd.0", program: "gpsd", ...named },
    { key: "gpspipe.0", program: "gpspipe", ...named },
    { key: "ts2phc.0", program: "ts2phc", ...named },
    { key: "ptp4l.0", program: "ptp4l", profile: "gm", configName: "ptp4l.0.config" },
  ],
  ptp4lInstances: [
    {
      key: "ptp4l.0",
      profile: "gm",
      configName: "ptp4l.0.config",
      socketPath: "/s",
      domainNumber: 24,
      interfaces: ["ens1f0"],
    },
  ],
  aliasByInterface: { ens1f0: "ens1fx", ens2f0: "ens2fx" },
  phcIndexByInterface: { ens1f0: 3, ens1f1: 3, ens2f0: 4 },
};

const allUp = ["gpsd.0", "gpspipe.0", "ts2phc.0"].map((key) => processInput(plan, key, true));

const gnss = (fix: number): NodeInput => ({
  source: "gnss",
  process: "ts2phc.0",
  status: { kind: "gnss-status", interfaceName: "ens1f0", fix, offsetNs: fix === 0 ? 5000 : 7, state: "UNKNOWN" },
});

/** `code`: 3 locked, 4 holdover, 1 unlocked. */
const dpll = (interfaceName: string, code: number, offsetNs = 2): NodeInput => ({
  source: "dpll",
  process: "ts2phc.0",
  status: {
    kind: "dpll-status",
    interfaceName,
    frequencyStatus: code,
    phaseStatus: code,
    ppsAvailable: code === 3,
    offsetNs,
    state: "UNKNOWN",
  },
});

const pulse = (index: number, offsetNs = -3): NodeInput => ({
  source: "line",
  process: "ts2phc.0",
  line: `ts2phc[1.000]: [ts2phc.0.config:6] /dev/ptp${index} offset ${offsetNs} s2 freq +15`,
});

const well = [gnss(3), dpll("ens1f0", 3), dpll("ens2f0", 3), pulse(3), pulse(4)];
const withoutGnss = [gnss(0), dpll("ens1f0", 4), dpll("ens2f0", 3), pulse(3), pulse(4)];
const times = (count: number, inputs: readonly NodeInput[]) => Array.from({ length: count }, () => inputs);

function locked(): WholeNode {
  const node = createWholeNode(plan, config);
  node.run([allUp, well]);
  return node;
}

/** What is told of the grandmaster itself. */
const ofGm = (told: readonly string[]) => told.filter((each) => / GM /.test(each));

test("a T-GM stays LOCKED when it comes to be known whose clocks its ts2phc steers", () => {
  const { phcIndexByInterface: _, ...unnamed } = plan;
  const node = createWholeNode(unnamed, config);
  node.run([allUp, well]);
  assert.deepEqual(node.metrics(/clock_class\{.*ts2phc/), ["clock_class{ptp4l,ts2phc.0.config} 6"]);
  assert.deepEqual([node.follow(plan, config), node.run(times(30, well))], [[], []]);
  assert.deepEqual(node.metrics(/clock_class\{.*ts2phc/), ["clock_class{ptp4l,ts2phc.0.config} 6"]);
});

test("a T-GM is told of from its plan on, and is UNKNOWN until its parts are heard of", () => {
  const node = createWholeNode(plan, config);
  assert.deepEqual(node.metrics(/clock_state|clock_class|gnss_status|_status\{dpll/), [
    "clock_class{ptp4l,ts2phc.0.config} 248",
    "clock_state{GM,ens1fx} 0",
    "clock_state{dpll,ens1fx} 0",
    "clock_state{dpll,ens2fx} 0",
    "clock_state{gnss,ens1fx} 0",
    "clock_state{ptp4l,ens1fx} 0",
    "clock_state{ts2phc,ens1fx} 0",
  ]);
  const told = node.run([allUp, well]);
  assert.deepEqual(ofGm(told), [
    "2 GM ens1fx: UNKNOWN > LOCKED: GNSS, DPLL, ts2phc: all are locked",
    "2 GM ens1fx clock-class: 248 > 6: GNSS, DPLL, ts2phc: all are locked",
  ]);
  assert.deepEqual(
    told.filter((each) => /ts2phc|gnss/.test(each) && !/ GM /.test(each)),
    [
      "2 gnss ens1fx: UNKNOWN > LOCKED: GNSS has a 3D fix, accuracy within thresholds",
      "2 gnss ens1fx gnss-state: BOOTING > SYNCHRONIZED: GNSS has a 3D fix, accuracy within thresholds",
      "2 ts2phc ens1fx: UNKNOWN > LOCKED: ts2phc is locked, offset within thresholds",
      "2 ts2phc ens2fx: UNKNOWN > LOCKED: ts2phc is locked, offset within thresholds",
    ],
  );
});

test("a locked T-GM in metrics and events", () => {
  const node = locked();
  assert.deepEqual(node.metrics(/^(?!process_).*[{,](?:GM|dpll|gnss|ts2phc),/), [
    "clock_state{GM,ens1fx} 1",
    "clock_state{dpll,ens1fx} 1",
    "clock_state{dpll,ens2fx} 1",
    "clock_state{gnss,ens1fx} 1",
    "clock_state{ts2phc,ens1fx} 1",
    "clock_state{ts2phc,ens2fx} 1",
    "frequency_adjustment_ns{master,ts2phc,ens1fx} 15",
    "frequency_adjustment_ns{master,ts2phc,ens2fx} 15",
    "frequency_status{dpll,dpll,ens1fx} 3",
    "frequency_status{dpll,dpll,ens2fx} 3",
    "gnss_status{gnss,gnss,ens1fx} 3",
    "max_offset_ns{master,ts2phc,ens1fx} 3",
    "max_offset_ns{master,ts2phc,ens2fx} 3",
    "nmea_status{ts2phc,ens1fx} 1",
    "nmea_status{ts2phc,ens2fx} 1",
    "offset_ns{GM,GM,ens1fx} 2",
    "offset_ns{dpll,dpll,ens1fx} 2",
    "offset_ns{dpll,dpll,ens2fx} 2",
    "offset_ns{gnss,gnss,ens1fx} 7",
    "offset_ns{master,ts2phc,ens1fx} -3",
    "offset_ns{master,ts2phc,ens2fx} -3",
    "phase_status{dpll,dpll,ens1fx} 3",
    "phase_status{dpll,dpll,ens2fx} 3",
    "pps_status{dpll,dpll,ens1fx} 1",
    "pps_status{dpll,dpll,ens2fx} 1",
  ]);
  const cause = ["GNSS, DPLL, ts2phc: all are locked"];
  const sinceUnixMs = 1_700_000_002_000;
  assert.deepEqual(node.events("lock-state"), [
    { resource: "lock-state", name: "ens1fx", state: "LOCKED", offsetNs: 2, sinceUnixMs, cause },
  ]);
  assert.deepEqual(node.events("clock-class"), [
    { resource: "clock-class", name: "ens1fx", clockClass: 6, sinceUnixMs, cause },
  ]);
  const [receiver] = node.events("gnss-sync-status");
  assert.ok(receiver?.resource === "gnss-sync-status");
  assert.deepEqual(
    [receiver.name, receiver.state, receiver.gpsFix, receiver.offsetNs],
    ["ens1fx", "SYNCHRONIZED", 3, 7],
  );
});

test("GNSS fix lost: holdover in specification, out of it, and back", () => {
  const node = locked();
  const told = node.run([
    [gnss(0), dpll("ens1f0", 3), dpll("ens2f0", 3), pulse(3), pulse(4)],
    ...times(100, withoutGnss),
  ]);
  const held = "the DPLL of ens1f0 is in holdover";
  assert.deepEqual(ofGm(told), [
    `4 GM ens1fx: LOCKED > HOLDOVER: ${held}`,
    `4 GM ens1fx clock-class: 6 > 7: ${held}`,
    `100 GM ens1fx: HOLDOVER > FREERUN: holdover of 96 s expired: ${held}`,
    `100 GM ens1fx clock-class: 7 > 248: holdover of 96 s expired: ${held}`,
  ]);
  assert.deepEqual(
    told.filter((each) => / (?:gnss|dpll) /.test(each)),
    [
      "3 gnss ens1fx: LOCKED > FREERUN: GNSS fix lost: no fix",
      "3 gnss ens1fx gnss-state: SYNCHRONIZED > FAILURE-NOFIX: GNSS fix lost: no fix",
      `4 dpll ens1fx: LOCKED > HOLDOVER: ${held}`,
      `100 dpll ens1fx: HOLDOVER > FREERUN: holdover of 96 s expired; ${held}`,
    ],
  );
  assert.deepEqual(node.metrics(/(?:phase|pps|gnss)_status.*ens1fx|offset_ns\{(?:GM|dpll),.*ens1fx|class.*ts2phc/), [
    "clock_class{ptp4l,ts2phc.0.config} 248",
    "gnss_status{gnss,gnss,ens1fx} 0",
    "phase_status{dpll,dpll,ens1fx} 4",
    "pps_status{dpll,dpll,ens1fx} 0",
  ]);
  assert.deepEqual(ofGm(node.run([well])), [
    "104 GM ens1fx: FREERUN > LOCKED: GNSS, DPLL, ts2phc: all are locked",
    "104 GM ens1fx clock-class: 248 > 6: GNSS, DPLL, ts2phc: all are locked",
  ]);
});

test("in holdover the offset is the one that is assumed, growing", () => {
  const node = locked();
  node.run(times(49, withoutGnss));
  assert.deepEqual(node.metrics(/offset_ns\{(?:GM|dpll),.*ens1fx/), [
    "offset_ns{GM,GM,ens1fx} 50",
    "offset_ns{dpll,dpll,ens1fx} 50",
  ]);
});

test("the antenna is back within the moment that its loss is not believed: nothing is told of the T-GM", () => {
  const node = locked();
  const told = node.run([...times(3, [gnss(0), dpll("ens1f0", 3), dpll("ens2f0", 3), pulse(3), pulse(4)]), well]);
  assert.deepEqual(ofGm(told), []);
  assert.equal(told.filter((each) => / gnss /.test(each)).length, 4);
});

test("an antenna that is torn off is told as such, as long as it is", () => {
  const node = locked();
  const torn = gnss(0);
  assert.ok(torn.source === "gnss");
  const of = (antenna: "open" | "ok", { status }: typeof torn): NodeInput => ({
    ...torn,
    status: { ...status, antenna },
  });
  const good = gnss(3);
  assert.ok(good.source === "gnss");
  const told = node.run([[of("open", torn)], [of("ok", good)]]);
  assert.deepEqual(
    told.filter((each) => / gnss-state: /.test(each)),
    [
      "3 gnss ens1fx gnss-state: SYNCHRONIZED > ANTENNA-DISCONNECTED: the GNSS antenna is disconnected, GNSS fix lost: no fix",
      "4 gnss ens1fx gnss-state: ANTENNA-DISCONNECTED > SYNCHRONIZED: GNSS has a 3D fix, accuracy within thresholds",
    ],
  );
});

test("ts2phc killed: held over as long as it may be down, and what it measured is gone", () => {
  const node = locked();
  const rest = [gnss(3), dpll("ens1f0", 3), dpll("ens2f0", 3)];
  const told = node.run([[processInput(plan, "ts2phc.0", false), ...rest], ...times(6, rest)]);
  const cause = "ts2phc is down, restarting: killed by SIGKILL";
  assert.deepEqual(ofGm(told), [
    `3 GM ens1fx: LOCKED > HOLDOVER: ${cause}`,
    `3 GM ens1fx clock-class: 6 > 7: ${cause}`,
    `8 GM ens1fx: HOLDOVER > FREERUN: holdover of 5 s expired: ${cause}`,
    `8 GM ens1fx clock-class: 7 > 248: holdover of 5 s expired: ${cause}`,
  ]);
  assert.deepEqual(node.metrics(/ts2phc,/), [
    "clock_state{ts2phc,ens1fx} 0",
    "clock_state{ts2phc,ens2fx} 0",
    "nmea_status{ts2phc,ens1fx} 0",
    "nmea_status{ts2phc,ens2fx} 0",
    "process_restart_count{ts2phc,ts2phc.0.config} 1",
    "process_status{ts2phc,ts2phc.0.config} 0",
  ]);
  const back = node.run([[processInput(plan, "ts2phc.0", true), ...rest, pulse(3)], well]);
  assert.deepEqual(ofGm(back).slice(0, 1), ["11 GM ens1fx: FREERUN > LOCKED: GNSS, DPLL, ts2phc: all are locked"]);
});

test("one of two NICs without a pulse: the T-GM is not in time, and it is told which NIC", () => {
  const node = createWholeNode(plan, config);
  const rest = [gnss(3), dpll("ens1f0", 3), dpll("ens2f0", 3), pulse(3)];
  node.run([allUp, ...times(3, rest)]);
  assert.equal(node.events("lock-state")[0]?.cause[0], "ts2phc has measured 1 of 2 clocks");
  const both = locked();
  const told = both.run(times(11, rest));
  const cause = "ts2phc measured nothing of ens2f0 for 5 s";
  assert.deepEqual(
    ofGm(told).filter((each) => !/clock-class/.test(each)),
    [
      `7 GM ens1fx: LOCKED > HOLDOVER: ts2phc measured nothing of ens2f0 for 5 s`,
      `12 GM ens1fx: HOLDOVER > FREERUN: holdover of 5 s expired: ts2phc measured nothing of ens2f0 for 5 s`,
    ],
  );
  assert.deepEqual(
    told.filter((each) => /^\d+ ts2phc /.test(each)),
    [
      `7 ts2phc ens2fx: LOCKED > HOLDOVER: ${cause}`,
      `12 ts2phc ens2fx: HOLDOVER > FREERUN: holdover of 5 s expired; ${cause}`,
    ],
  );
});

test("a DPLL that falls silent: held over for 5 s after 5 s, and its series tell what was told last no longer", () => {
  const node = locked();
  const told = node.run(times(11, [gnss(3), dpll("ens2f0", 3), pulse(3), pulse(4)]));
  const silent = "the DPLL of ens1f0 told nothing for 5 s";
  assert.deepEqual(
    ofGm(told).filter((each) => !/clock-class/.test(each)),
    [
      `7 GM ens1fx: LOCKED > HOLDOVER: ${silent}`,
      `12 GM ens1fx: HOLDOVER > FREERUN: holdover of 5 s expired: ${silent}`,
    ],
  );
  assert.deepEqual(node.metrics(/dpll,.*ens1fx/), ["clock_state{dpll,ens1fx} 0"]);
});

/** What management tells of a ptp4l that gives time. */
const giving: NodeInput = {
  source: "management",
  process: "ptp4l.0",
  observations: [{ kind: "port", number: 1, state: "TIME_TRANSMITTER", interfaceName: "ens1f0" }, { kind: "tick" }],
};

test("its ptp4l gives its time: as good as the T-GM, as long, and not LOCKED before it", () => {
  const node = createWholeNode(plan, config);
  const ofPtp4l = (told: readonly string[]) => told.filter((each) => / ptp4l /.test(each));
  assert.deepEqual(ofPtp4l(node.run([[processInput(plan, "ptp4l.0", true), giving]])), []);
  const given = "gives the time of the T-GM of gm";
  assert.deepEqual(ofPtp4l(node.run([allUp, [...well, giving]])), [`3 ptp4l ens1fx: UNKNOWN > LOCKED: ${given}`]);
  const held = "the DPLL of ens1f0 is in holdover";
  assert.deepEqual(ofPtp4l(node.run(times(100, withoutGnss))), [
    `4 ptp4l ens1fx: LOCKED > HOLDOVER: ${given}, which is HOLDOVER: ${held}`,
    `100 ptp4l ens1fx: HOLDOVER > FREERUN: ${given}, which is FREERUN: holdover of 96 s expired: ${held}`,
  ]);
  const back = node.run([[...well, giving]]);
  assert.deepEqual(ofPtp4l(back), [`104 ptp4l ens1fx: FREERUN > LOCKED: ${given}`]);
  assert.deepEqual(node.follow(plan, { profiles: [{ ...profile, ptpClockThreshold: { holdOverTimeout: 3 } }] }), []);
  const dead = node.run([[...well, processInput(plan, "ptp4l.0", false)]]);
  assert.match(ofPtp4l(dead)[0] ?? "", /105 ptp4l ens1fx: LOCKED > HOLDOVER: ptp4l is down, restarting/);
});

test("an edit of thresholds keeps a T-GM, one of its parts begins it anew, and without its profile it is gone", () => {
  const node = locked();
  node.follow(plan, { profiles: [{ ...profile, ptpClockThreshold: { holdOverTimeout: 3 } }] });
  assert.deepEqual(node.metrics(/clock_state\{GM/), ["clock_state{GM,ens1fx} 1"]);
  const logged = { ...profile.ptpSettings, logReduce: "true", stdoutFilter: "x" };
  node.follow(plan, { profiles: [{ ...profile, ptpSettings: logged }] });
  assert.deepEqual(node.metrics(/clock_state\{GM/), ["clock_state{GM,ens1fx} 1"]);
  const settings = { ...profile.ptpSettings, leadingInterface: "ens2f0" };
  node.follow(plan, { profiles: [{ ...profile, ptpSettings: settings }] });
  assert.deepEqual(node.metrics(/clock_state\{(?:GM|ts2phc)/), [
    "clock_state{GM,ens2fx} 0",
    "clock_state{ts2phc,ens1fx} 1",
    "clock_state{ts2phc,ens2fx} 1",
  ]);
  const told = node.run([[gnss(3), dpll("ens1f0", 3), dpll("ens2f0", 3), pulse(3), pulse(4)]]);
  assert.match(ofGm(told)[0] ?? "", /GM ens2fx: UNKNOWN > LOCKED/);
  node.follow({ processes: [], ptp4lInstances: [], aliasByInterface: {} }, { profiles: [] });
  assert.deepEqual(node.metrics(/./), []);
});

test("reports tell the T-GM as a whole and its ptp4l, not its ts2phc", () => {
  const node = locked();
  const told = clockReports(nodeView(node.state())).map(({ process, configName, state, clockClass, offsetNs }) => {
    return [process, configName, state, clockClass, offsetNs];
  });
  assert.deepEqual(told, [
    ["ptp4l", "ptp4l.0.config", "UNKNOWN", undefined, undefined],
    ["GM", "ts2phc.0.config", "LOCKED", 6, 2],
  ]);
});
