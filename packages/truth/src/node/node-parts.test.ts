import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile, ProgramName } from "@ptp/node";
import { clockReports } from "../node-view.ts";
import { createWholeNode, processInput } from "../testing/whole-node.ts";
import type { NodeInput } from "./node-input.ts";
import { nodeView } from "./node-state.ts";
import type { WatchedPlan } from "./watched-plan.ts";

function planOf(profile: string, ...programs: readonly ProgramName[]): WatchedPlan {
  const processes = programs.map((program) => ({
    key: `${program}.0`,
    program,
    profile,
    configName: `${program}.0.config`,
  }));
  return { processes, ptp4lInstances: [], aliasByInterface: { ens1f0: "ens1fx", ens2f0: "ens2fx" } };
}

const line = (process: string, text: string): NodeInput => ({ source: "line", process, line: text });
const pulse = (clock: string, offsetNs: number, servo = "s2"): NodeInput =>
  line("ts2phc.0", `ts2phc[1.000]: [ts2phc.0.config:6] ${clock} offset ${offsetNs} ${servo} freq -9`);

test("the clocks of a ts2phc that is part of no telecom clock are told of one by one", () => {
  const profile: NodeProfile = { name: "p", ts2phcConf: "[ens1f0]\nts2phc.master 0\n[ens2f0]\nts2phc.master 0\n" };
  const plan = planOf("p", "ts2phc");
  const node = createWholeNode(plan, { profiles: [profile] });
  assert.deepEqual(node.metrics(/ts2phc/), ["clock_state{ts2phc,ens1fx} 0"]);
  const told = node.run([
    [processInput(plan, "ts2phc.0", true)],
    [pulse("ens2f0", 4), pulse("/dev/ptp7", 120)],
    [pulse("ens2f0", -300), pulse("/dev/ptp7", 20)],
  ]);
  assert.deepEqual(told, [
    "2 ts2phc ens2fx: UNKNOWN > LOCKED: ts2phc is locked, offset within thresholds",
    "2 ts2phc /dev/ptp7: UNKNOWN > FREERUN: /dev/ptp7: offset 120 ns not below maxOffsetThreshold 100 ns",
    "3 ts2phc ens2fx: LOCKED > FREERUN: ens2f0: offset -300 ns not above minOffsetThreshold -100 ns",
    "3 ts2phc /dev/ptp7: FREERUN > LOCKED: ts2phc is locked, offset within thresholds",
  ]);
  assert.deepEqual(
    node.events("lock-state").map((each) => ("name" in each && "state" in each ? [each.name, each.state] : [])),
    [
      ["ens2fx", "FREERUN"],
      ["/dev/ptp7", "LOCKED"],
    ],
  );
  assert.deepEqual(node.metrics(/nmea|offset_ns\{master,ts2phc,ens2fx/), [
    "max_offset_ns{master,ts2phc,ens2fx} 300",
    "offset_ns{master,ts2phc,ens2fx} -300",
  ]);
  // The worst of the clocks that it steers.
  const reports = clockReports(nodeView(node.state())).map(({ process, state, offsetNs }) => [
    process,
    state,
    offsetNs,
  ]);
  assert.deepEqual(reports, [["ts2phc", "FREERUN", -300]]);
  const edited = { ...profile, ptpClockThreshold: { minOffsetThreshold: -500 } };
  assert.deepEqual(node.follow(plan, { profiles: [edited] }), [
    "3 ts2phc ens2fx: FREERUN > LOCKED: ts2phc is locked, offset within thresholds",
  ]);
  node.follow(plan, { profiles: [{ name: "p", ts2phcConf: "[ens3f0]\n" }] });
  assert.deepEqual(node.metrics(/clock_state/), ["clock_state{ts2phc,ens3f0} 0"]);
  // It runs already, and nothing will say so.
  assert.equal(node.run([[pulse("ens3f0", 1)]]).length, 1);
});

const synceProfile: NodeProfile = {
  name: "p",
  synce4lOpts: "-m",
  synce4lConf:
    "[global]\n[<synce1>]\nnetwork_option 2\nextended_tlv 1\n[{SMA1}]\n[ens7f0]\n[ens7f1]\n[<synce2>]\n[ens8f0]\n",
};
const synce4l = (text: string): NodeInput => line("synce4l.0", `synce4l[1.0]: [synce4l.0.config] ${text}`);

test("SyncE devices: states, levels, and what is told of them", () => {
  const plan = planOf("p", "synce4l", "ts2phc");
  const node = createWholeNode(plan, { profiles: [synceProfile] });
  const told = node.run([
    [processInput(plan, "synce4l.0", true)],
    [
      synce4l("EEC_LOCKED/EEC_LOCKED_HO_ACQ on GNSS of synce1"),
      synce4l("tx_rebuild_tlv: attached new TLV, QL=0x1 on ens7f0"),
    ],
  ]);
  assert.deepEqual(told, ["2 synce4l synce1: UNKNOWN > LOCKED: the EEC of synce1 is LOCKED_HO_ACQ on GNSS"]);
  assert.deepEqual(node.metrics(/synce_/), [], "half a pair says nothing");
  const level = node.run([[synce4l("tx_rebuild_tlv: attached new extended TLV, EXT_QL=0x20 on ens7f0")]]);
  assert.deepEqual(level, [
    "3 synce4l synce1/ens7f0 quality-level: unknown > PRTC: synce4l sends QL 0x1, extended QL 0x20 on ens7f0",
  ]);
  assert.deepEqual(node.metrics(/{synce4l,(?:ens|synce4l.0.config,)/), [
    "clock_state{synce4l,ens7f0} 1",
    "clock_state{synce4l,ens7f1} 1",
    "clock_state{synce4l,ens8f0} 0",
    "synce_clock_quality{synce4l,synce4l.0.config,2,ens7f0,synce1} 33",
    "synce_ssm_ql{synce4l,synce4l.0.config,2,ens7f0,synce1,Extended SSM} 32",
    "synce_ssm_ql{synce4l,synce4l.0.config,2,ens7f0,synce1,SSM} 1",
  ]);
  const states = node
    .events("synce-lock-state")
    .map((each) => ("name" in each && "state" in each ? [each.name, each.state] : []));
  assert.deepEqual(states, [
    ["synce1/ens7f0", "LOCKED"],
    ["synce1/ens7f1", "LOCKED"],
    ["synce2/ens8f0", "FREERUN"],
  ]);
  const [quality] = node.events("synce-clock-quality");
  assert.ok(quality?.resource === "synce-clock-quality");
  assert.deepEqual([quality.name, quality.ql, quality.extendedQl], ["synce1/ens7f0", 1, 32]);
  assert.deepEqual(
    clockReports(nodeView(node.state())).map(({ process, configName, state }) => [process, configName, state]),
    [
      ["ts2phc", "ts2phc.0.config", "UNKNOWN"],
      ["synce4l", "synce4l.0.config", "UNKNOWN"],
    ],
    "of a synce4l the worst device",
  );
});

test("SyncE devices: the DPLL of a NIC tells of its EEC too, and levels are gone with synce4l", () => {
  const plan = planOf("p", "synce4l", "ts2phc");
  const node = createWholeNode(plan, { profiles: [synceProfile] });
  const dpll = (frequencyStatus: number): NodeInput => ({
    source: "dpll",
    process: "ts2phc.0",
    status: {
      kind: "dpll-status",
      interfaceName: "ens8f0",
      frequencyStatus,
      phaseStatus: 1,
      ppsAvailable: false,
      offsetNs: 0,
      state: "UNKNOWN",
    },
  });
  node.run([[processInput(plan, "synce4l.0", true), synce4l("tx_rebuild_tlv: attached new TLV, QL=0x2 on ens8f0")]]);
  assert.deepEqual(node.metrics(/synce_clock_quality/), [
    "synce_clock_quality{synce4l,synce4l.0.config,1,ens8f0,synce2} 257",
  ]);
  const told = node.run([[dpll(3)], [dpll(4)], [processInput(plan, "synce4l.0", false)]]);
  assert.deepEqual(told, [
    "2 synce4l synce2: UNKNOWN > LOCKED: the EEC of synce2 is LOCKED_HO_ACQ",
    "3 synce4l synce2: LOCKED > HOLDOVER: the EEC of synce2 is HOLDOVER",
  ]);
  assert.deepEqual(node.metrics(/synce_/), []);
  const gone = node.run(Array.from({ length: 6 }, () => []));
  assert.match(gone[0] ?? "", /synce4l synce2: HOLDOVER > FREERUN: holdover of \d s expired/);
});
