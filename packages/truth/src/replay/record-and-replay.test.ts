import assert from "node:assert/strict";
import test from "node:test";
import type { ProcessReport } from "@ptp/node";
import type { NodeInput } from "../node/node-input.ts";
import { followPlan, initialNodeState } from "../node/node-state.ts";
import { stepNode } from "../node/step-node.ts";
import type { WatchedPlan } from "../node/watched-plan.ts";
import { formatRecordedInput } from "./recorded-input.ts";
import { createReplay } from "./replay.ts";

const watched = { key: "ptp4l.0", profile: "oc", configName: "ptp4l.0.config" };
const plan: WatchedPlan = {
  processes: [{ ...watched, program: "ptp4l" }],
  ptp4lInstances: [{ ...watched, socketPath: "/s", domainNumber: 24, interfaces: ["ens1f0"] }],
  aliasByInterface: {},
};
const config = { profiles: [{ name: "oc" }] };

const report = (state: ProcessReport["state"]): NodeInput => ({
  source: "process",
  report: { ...watched, program: "ptp4l", state, starts: 1, sinceUnixMs: 0, lastExit: "exit code 1" },
});
const measured = (offsetNs: number, ingressTimeNs: bigint): NodeInput => ({
  source: "management",
  process: "ptp4l.0",
  observations: [
    { kind: "port", number: 1, state: "TIME_RECEIVER", interfaceName: "ens1f0", logSyncInterval: 0 },
    { kind: "time-status", offsetNs, ingressTimeNs },
    { kind: "tick" },
  ],
});
const line = (text: string): NodeInput => ({ source: "line", process: "ptp4l.0", line: text });

/** Inputs of an agent by its monotonic milliseconds. */
const lived: readonly (readonly [ms: number, input: NodeInput])[] = [
  [1_000, report("running")],
  [1_500, line("ptp4l[1.5]: [ptp4l.0.config:5] port 1 (ens1f0): INITIALIZING to LISTENING on INIT_COMPLETE")],
  [2_000, measured(20, 9_007_199_254_740_993n)],
  [2_900, measured(180, 9_007_199_254_740_994n)],
  // Management tells ports, so that this line changes nothing.
  [3_000, line("ptp4l[3.0]: [ptp4l.0.config:5] port 1 (ens1f0): SLAVE to FAULTY on FAULT_DETECTED")],
  [3_800, measured(-3, 9_007_199_254_740_995n)],
  [4_500, report("backoff")],
];

test("what an agent recorded replays to the changes it told, although its system clock was stepped", () => {
  const at = (ms: number) => ({ monotonicMs: ms, unixMs: (ms < 2_500 ? 0 : 1_757_326_334_000) + ms });
  let state = followPlan(initialNodeState("n"), plan, config, at(0));
  const told = lived.flatMap(([ms, input]) => {
    const step = stepNode(state, input, at(ms));
    ({ state } = step);
    return step.changes;
  });
  assert.deepEqual(
    told.map(({ from, to }) => `${from}>${to}`),
    ["UNKNOWN>FREERUN", "FREERUN>LOCKED", "LOCKED>FREERUN", "FREERUN>LOCKED", "LOCKED>HOLDOVER"],
  );
  const replay = createReplay({ nodeName: "n", plan, config });
  const again = lived.flatMap(([ms, input]) => replay.push(formatRecordedInput({ at: at(ms), input })));
  assert.deepEqual(
    again.map(({ change }) => change),
    told,
  );
});
