import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import fc from "fast-check";
import { metricFamilies, metricSamples } from "../metric-samples.ts";
import { at } from "../testing/machine-laws.ts";
import { processInput } from "../testing/whole-node.ts";
import type { NodeInput } from "./node-input.ts";
import type { NodeChange } from "./node-machine.ts";
import { followPlan, initialNodeState, nodeView, type NodeState } from "./node-state.ts";
import { stepNode } from "./step-node.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const synce4lConf = "[<synce1>]\nextended_tlv 1\n[ens1f0]\n";
const profiles: readonly NodeProfile[] = [
  { name: "gm", ts2phcConf: "[ens1f0]\n[ens2f0]\n", synce4lConf, ptpSettings: { "clockId[ens1f0]": "1" } },
  { name: "tr", ptpSettings: { clockType: "T-BC", leadingInterface: "ens3f0", upstreamPort: "ens4f0" } },
  { name: "tt", ptpSettings: { controllingProfile: "tr" } },
];

const process = (program: "gpsd" | "ts2phc" | "synce4l" | "ptp4l" | "phc2sys", profile: string, id: number) =>
  ({ key: `${program}.${id}`, program, profile, configName: `${program}.${id}.config` }) as const;

const instance = (profile: string, id: number, ...interfaces: readonly string[]) => {
  const { key, configName } = process("ptp4l", profile, id);
  return { key, profile, configName, socketPath: `/s${id}`, domainNumber: 24, interfaces };
};

const plan: WatchedPlan = {
  processes: [
    process("gpsd", "gm", 0),
    process("ts2phc", "gm", 0),
    process("synce4l", "gm", 0),
    process("ptp4l", "gm", 0),
    process("ptp4l", "tr", 1),
    process("ts2phc", "tr", 1),
    process("phc2sys", "tr", 1),
    process("ptp4l", "tt", 2),
  ],
  ptp4lInstances: [instance("gm", 0, "ens1f0"), instance("tr", 1, "ens4f0"), instance("tt", 2, "ens5f0")],
  aliasByInterface: { ens1f0: "ens1fx", ens2f0: "ens2fx" },
};

const keys = plan.processes.map(({ key }) => key);

const lines = [
  "ts2phc[1.0]: [ts2phc.0.config:6] ens1f0 offset -3 s2 freq +15",
  "ts2phc[1.0]: [ts2phc.0.config:6] ens2f0 offset 3 s2 freq +15",
  "ts2phc[1.0]: [ts2phc.0.config:6] ens2f0 offset 300 s0 freq +15",
  "ts2phc[1.0]: [ts2phc.0.config:6] unselecting ens2f0 for synchronization",
  "ts2phc[1.0]: [ts2phc.0.config:3] source ts not valid",
  "synce4l[1.0]: [synce4l.0.config] EEC_LOCKED/EEC_LOCKED_HO_ACQ on GNSS of synce1",
  "synce4l[1.0]: [synce4l.0.config] EEC_HOLDOVER on synce1",
  "synce4l[1.0]: [synce4l.0.config] tx_rebuild_tlv: attached new TLV, QL=0x1 on ens1f0",
  "synce4l[1.0]: [synce4l.0.config] tx_rebuild_tlv: attached new extended TLV, EXT_QL=0x20 on ens1f0",
  "ptp4l[1.0]: [ptp4l.1.config:5] port 1 (ens4f0): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED",
  "ptp4l[1.0]: [ptp4l.1.config:5] port 1 (ens4f0): SLAVE to FAULTY on FAULT_DETECTED",
  "ptp4l[1.0]: [ptp4l.1.config:6] master offset 4 s2 freq +1 path delay 90",
  "ptp4l[1.0]: [ptp4l.1.config] CLOCK_CLASS_CHANGE 6",
  "ptp4l[1.0]: [ptp4l.2.config:5] port 1 (ens5f0): LISTENING to MASTER on ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES",
  "phc2sys[1.0]: [ptp4l.1.config:6] CLOCK_REALTIME phc offset 8 s2 freq -6990 delay 502",
];

const line = (key: string, place: number): NodeInput => ({ source: "line", process: key, line: lines[place] ?? "" });
const gnss = (fix: number): NodeInput => {
  const told = { interfaceName: "ens1f0", fix, offsetNs: 5 };
  return { source: "gnss", process: "ts2phc.0", status: { kind: "gnss-status", ...told, state: "UNKNOWN" } };
};
const dpll = (key: string, interfaceName: string, frequencyStatus: number, phaseStatus: number): NodeInput => {
  const told = { interfaceName, frequencyStatus, phaseStatus, ppsAvailable: true, offsetNs: 3 };
  return { source: "dpll", process: key, status: { kind: "dpll-status", ...told, state: "UNKNOWN" } };
};

/** What brings all clocks into time. */
const good: readonly NodeInput[] = [
  ...keys.map((key) => processInput(plan, key, true)),
  gnss(3),
  dpll("ts2phc.0", "ens1f0", 3, 3),
  dpll("ts2phc.1", "ens3f0", 3, 3),
  line("ts2phc.0", 0),
  line("ts2phc.0", 1),
  line("ptp4l.1", 9),
  line("ptp4l.2", 13),
  ...Array.from({ length: 64 }, () => line("ptp4l.1", 11)),
];

const codes = fc.constantFrom(3, 3, 3, 3, 4, 1, -1);
const inputs: fc.Arbitrary<NodeInput> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...keys), fc.constantFrom(...lines))
      .map(([key, line]): NodeInput => ({ source: "line", process: key, line })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...keys), fc.boolean()).map(([key, isUp]) => processInput(plan, key, isUp)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom("ts2phc.0", "ts2phc.1"), fc.constantFrom("ens1f0", "ens2f0", "ens3f0"), codes, codes)
      .map((told) => dpll(...told)),
  },
  { weight: 2, arbitrary: fc.constantFrom(3, 3, 0).map(gnss) },
  { weight: 1, arbitrary: fc.constant<NodeInput>({ source: "tick" }) },
);

const passed = fc.constantFrom(0, 100, 100, 500, 500, 1000, 1000, 3000, 6000, 20_000_000);

/** What a change is about. */
const about = ({ clock, of }: NodeChange) => `${clock.process} ${clock.config} ${clock.iface} ${of ?? "state"}`;

function checkSamples(state: NodeState): void {
  const seen = new Set<string>();
  for (const { family, labels, value } of metricSamples(nodeView(state))) {
    const name = metricFamilies[family].labels.map((label) => (labels as Record<string, string>)[label] ?? "").join();
    assert.ok(Number.isFinite(value), `${family} ${name} is ${value}`);
    assert.ok(!seen.has(`${family} ${name}`), `${family} ${name} is there twice`);
    seen.add(`${family} ${name}`);
  }
}

test("any inputs: changes go on from where the last one ended, with a cause; samples are finite and one per series", () => {
  const seen = new Set<string>();
  const empty = followPlan(initialNodeState("w1"), plan, { profiles }, at(0));
  const begun = good.reduce((state, input) => stepNode(state, input, at(0)).state, empty);
  const telecom = nodeView(begun).telecomClocks ?? [];
  assert.deepEqual(
    telecom.map(({ process, status }) => `${process} ${status.state}`),
    ["T-BC LOCKED", "GM LOCKED"],
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(inputs, passed), { minLength: 1, maxLength: 60 }), (sequence) => {
      let ms = 0;
      let state = begun;
      const last = new Map<string, string>();
      for (const [input, passedMs] of sequence) {
        ms += passedMs;
        const step = stepNode(state, input, at(ms));
        assert.deepEqual(stepNode(state, input, at(ms)), step, "equal input, equal output");
        ({ state } = step);
        for (const change of step.changes) {
          const key = about(change);
          assert.notEqual(change.from, change.to, key);
          assert.ok(change.cause.length > 0 && change.at.monotonicMs === ms, key);
          // A clock that ts2phc steers again after it was left begins anew, and one is named by the port that receives.
          if (!/^(?:ts2phc|ptp4l) /.test(key)) assert.equal(change.from, last.get(key) ?? change.from, key);
          last.set(key, change.to);
          seen.add(`${change.clock.process} ${change.to}`);
        }
        checkSamples(state);
      }
    }),
    { numRuns: 100 },
  );
  for (const clock of ["GM", "T-BC", "synce4l", "ts2phc", "dpll", "ptp4l"])
    for (const to of ["HOLDOVER", "FREERUN"]) assert.ok(seen.has(`${clock} ${to}`), `${clock} came to ${to}`);
});
