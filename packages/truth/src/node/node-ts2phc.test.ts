import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import { createWholeNode, processInput } from "../testing/whole-node.ts";
import type { NodeInput } from "./node-input.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const profile: NodeProfile = { name: "bc", ts2phcOpts: "-s generic", ts2phcConf: "[global]\n[ens1f0]\n[ens2f0]\n" };
const plan: WatchedPlan = {
  processes: [{ key: "ts2phc.0", program: "ts2phc", profile: "bc", configName: "ts2phc.0.config" }],
  ptp4lInstances: [],
  aliasByInterface: {},
  phcIndexByInterface: { ens1f0: 9, ens2f0: 10 },
};
const says = (text: string): NodeInput => ({
  source: "line",
  process: "ts2phc.0",
  line: `ts2phc[1.000]: [ts2phc.0.config:6] ${text}`,
});
const measures = (index: number) => says(`/dev/ptp${index} offset -3 s2 freq +15`);

test("a clock that ts2phc steers no more has no state of its own, until it steers it again", () => {
  const node = createWholeNode(plan, { profiles: [profile] });
  const states = () => node.metrics(/^clock_state\{ts2phc/);
  node.run([[processInput(plan, "ts2phc.0", true)], [says("unselecting /dev/ptp9 for synchronization"), measures(10)]]);
  assert.deepEqual(states(), ["clock_state{ts2phc,ens2f0} 1"]);
  node.run([[says("selecting /dev/ptp9 for synchronization"), measures(9), measures(10)]]);
  assert.deepEqual(states(), ["clock_state{ts2phc,ens1f0} 1", "clock_state{ts2phc,ens2f0} 1"]);
  const told = node.run([
    [says("unselecting /dev/ptp9 for synchronization"), measures(10)],
    ...Array.from({ length: 20 }, () => [measures(10)]),
  ]);
  assert.deepEqual(told, [], "it is nobody's loss");
  assert.deepEqual(states(), ["clock_state{ts2phc,ens2f0} 1"]);
});

test("clocks go on under other names as soon as it is known whose they are", () => {
  const { phcIndexByInterface: _, ...unnamed } = plan;
  const node = createWholeNode(unnamed, { profiles: [profile] });
  const states = () => node.metrics(/^clock_state\{ts2phc/);
  const second = [measures(9), measures(10)];
  node.run([[processInput(plan, "ts2phc.0", true)], second]);
  assert.deepEqual(states(), ["clock_state{ts2phc,/dev/ptp10} 1", "clock_state{ts2phc,/dev/ptp9} 1"]);
  const minute = Array.from({ length: 60 }, () => second);
  const named = ["clock_state{ts2phc,ens1f0} 1", "clock_state{ts2phc,ens2f0} 1"];
  assert.deepEqual([node.follow(plan, { profiles: [profile] }), states()], [[], named]);
  assert.deepEqual([node.run(minute), states()], [[], named]);
  const swapped = { ...plan, phcIndexByInterface: { ens1f0: 10, ens2f0: 9 } };
  assert.deepEqual([node.follow(swapped, { profiles: [profile] }), node.run(minute), states()], [[], [], named]);
  const other = { ...plan, phcIndexByInterface: { ens1f0: 10, ens3f0: 9 } };
  node.run([[processInput(plan, "ts2phc.0", false)], [processInput(plan, "ts2phc.0", true)]]);
  node.follow(other, { profiles: [profile] });
  node.run(minute);
  assert.deepEqual(states(), ["clock_state{ts2phc,ens1f0} 1", "clock_state{ts2phc,ens3f0} 1"]);
});
