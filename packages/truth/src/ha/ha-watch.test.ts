import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile, ProcessReport } from "@ptp/node";
import { metricSamples } from "../metric-samples.ts";
import { followPlan, initialNodeState, nodeView, type NodeState } from "../node/node-state.ts";
import { stepNode } from "../node/step-node.ts";
import type { WatchedPlan } from "../node/watched-plan.ts";
import { at } from "../testing/machine-laws.ts";
import { beginHaWatch } from "./ha-watch.ts";

const phc2sys = { key: "phc2sys.2", program: "phc2sys", profile: "ha_ha1", configName: "phc2sys.2.config" } as const;
const ptp4l = (id: number, profile: string, interfaces: readonly string[]) => {
  const configName = `ptp4l.${id}.config`;
  return { key: `ptp4l.${id}`, profile, configName, socketPath: `/s${id}`, domainNumber: 24, interfaces };
};
const bc1 = ptp4l(0, "a_bc1", ["ens1f0", "ens1f1"]);
const bc2 = ptp4l(1, "b_bc2", ["ens2f0"]);
const plan: WatchedPlan = { processes: [phc2sys], ptp4lInstances: [bc1, bc2], aliasByInterface: {} };

const profilesWith = (haProfiles: string): { readonly profiles: readonly NodeProfile[] } => {
  return { profiles: [{ name: "ha_ha1", ptpSettings: haProfiles === "" ? {} : { haProfiles } }] };
};
const report = (state: ProcessReport["state"]): ProcessReport => {
  return { ...phc2sys, state, starts: 1, sinceUnixMs: 0, lastExit: "" };
};

/** A node whose phc2sys runs and has written these lines. */
function node(haProfiles: string, lines: readonly string[], watched = plan): NodeState {
  const fresh = followPlan(initialNodeState("w1"), watched, profilesWith(haProfiles), at(0));
  const up = stepNode(fresh, { source: "process", report: report("running") }, at(1)).state;
  return lines.reduce((state, text) => {
    const line = `phc2sys[1.0]: [phc2sys.2.config:6] ${text}`;
    return stepNode(state, { source: "line", process: "phc2sys.2", line }, at(2)).state;
  }, up);
}

function series(state: NodeState): Record<string, number> {
  const samples = metricSamples(nodeView(state)).filter(({ family }) => family === "haProfileStatus");
  for (const { labels } of samples) assert.deepEqual([labels["process"], labels["node"]], ["phc2sys", "w1"]);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels["profile"], value]));
}

const burst = (chosen: string): readonly string[] => [
  "reconfiguring after port state change",
  "selecting ens1f1 as domain source clock",
  "selecting ens2f0 as domain source clock",
  `selecting ${chosen} as out-of-domain source clock`,
];
const both = "a_bc1, b_bc2";

test("what phc2sys chooses is told by profile, and follows each further choice", () => {
  assert.deepEqual(series(node(both, [])), {}, "nothing was seen yet");
  assert.deepEqual(series(node(both, burst("ens1f1"))), { a_bc1: 1, b_bc2: 0 });
  assert.deepEqual(series(node(both, [...burst("ens1f1"), ...burst("ens2f0")])), { a_bc1: 0, b_bc2: 1 });
});

test("a clock that is offered is not chosen yet, a single one is", () => {
  const offered = ["selecting ens2f0 as domain source clock"];
  assert.deepEqual(series(node(both, offered)), { b_bc2: 0 });
  assert.deepEqual(series(node("b_bc2", offered)), { b_bc2: 1 });
});

test("clocks of nobody's and a phc2sys without haProfiles tell nothing", () => {
  assert.deepEqual(series(node(both, burst("ens9f9").slice(3))), {});
  assert.deepEqual(series(node("", burst("ens1f1"))), {});
});

test("nothing is known of a phc2sys that is down, nor of what it wrote before when it is up again", () => {
  const chosen = node(both, burst("ens1f1"));
  const down = stepNode(chosen, { source: "process", report: report("backoff") }, at(3)).state;
  assert.deepEqual(series(down), {});
  const late = "phc2sys[1.0]: [phc2sys.2.config:6] selecting ens2f0 as out-of-domain source clock";
  const told = stepNode(down, { source: "line", process: "phc2sys.2", line: late }, at(4)).state;
  assert.deepEqual(series(stepNode(told, { source: "process", report: report("running") }, at(5)).state), {});
});

test("a choice outlives a plan that leaves its profiles, and goes with any of them", () => {
  const chosen = node(both, burst("ens1f1"));
  const moved = { ...plan, ptp4lInstances: [{ ...bc1, interfaces: ["ens3f0"] }, bc2] };
  const kept = followPlan(chosen, moved, profilesWith("a_bc1,b_bc2"), at(3));
  assert.deepEqual(series(kept), { a_bc1: 1, b_bc2: 0 });
  const line = "phc2sys[1.0]: [phc2sys.2.config:6] selecting ens3f0 as out-of-domain source clock";
  assert.deepEqual(series(stepNode(kept, { source: "line", process: "phc2sys.2", line }, at(4)).state), {
    a_bc1: 1,
    b_bc2: 0,
  });
  for (const [because, haProfiles, after] of [
    ["its settings", "b_bc2", plan],
    ["no settings", "", plan],
    ["its ptp4l", both, { ...plan, ptp4lInstances: [bc2] }],
    ["its phc2sys", both, { ...plan, processes: [] }],
  ] as const)
    assert.deepEqual(series(followPlan(chosen, after, profilesWith(haProfiles), at(3))), {}, because);
});

test("beginHaWatch: named profiles with a ptp4l here, once and in their order", () => {
  const profile = { ptpSettings: { haProfiles: " b_bc2 ,a_bc1,gone,b_bc2" } };
  const watch = beginHaWatch(profile, plan.ptp4lInstances, at(0));
  assert.deepEqual(Object.entries(watch?.interfacesByProfile ?? {}), [
    ["b_bc2", ["ens2f0"]],
    ["a_bc1", ["ens1f0", "ens1f1"]],
  ]);
  assert.equal(beginHaWatch({ ptpSettings: { haProfiles: "gone" } }, plan.ptp4lInstances, at(0)), undefined);
});
