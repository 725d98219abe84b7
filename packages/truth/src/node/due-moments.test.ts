import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile } from "@ptp/node";
import { builtInLeapList, ntpSOf } from "@ptp/ptp";
import { at } from "../testing/machine-laws.ts";
import { processInput } from "../testing/whole-node.ts";
import { roundDueMs, tickDueMs } from "./due-moments.ts";
import type { NodeInput } from "./node-input.ts";
import { followPlan, initialNodeState, type NodeState } from "./node-state.ts";
import { stepNode } from "./step-node.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const named = { profile: "p", configName: "p.config" };
const programs = ["ptp4l", "ts2phc", "gpsd", "phc2sys", "synce4l"] as const;
const plan: WatchedPlan = {
  processes: programs.map((program) => ({ key: `${program}.0`, program, ...named })),
  ptp4lInstances: [{ key: "ptp4l.0", ...named, socketPath: "/s", domainNumber: 24, interfaces: ["e0"] }],
  aliasByInterface: {},
};
const profile: NodeProfile = {
  name: "p",
  ts2phcConf: "[nmea]\nts2phc.master 1\n[e0]\n",
  synce4lConf: "[<synce0>]\nnetwork_option 1\n[e0]\n",
  ptpSettings: { "clockId[e0]": "1", LocalHoldoverTimeout: "10", LocalMaxHoldoverOffSet: "100", MaxInSpecOffset: "50" },
  ptpClockThreshold: { holdOverTimeout: 3 },
};

const line = (process: string, text: string): NodeInput => ({ source: "line", process, line: text });
const gnss = (fix: number): NodeInput => {
  const status = { kind: "gnss-status", interfaceName: "e0", fix, offsetNs: 5, state: "UNKNOWN" } as const;
  return { source: "gnss", process: "ts2phc.0", status };
};
const dpll = (code: number): NodeInput => {
  const told = { interfaceName: "e0", frequencyStatus: code, phaseStatus: code, ppsAvailable: true, offsetNs: 2 };
  return { source: "dpll", process: "ts2phc.0", status: { kind: "dpll-status", ...told, state: "UNKNOWN" } };
};
const round = (ingressTimeNs: bigint): NodeInput => {
  const port = { kind: "port", number: 1, state: "TIME_RECEIVER", interfaceName: "e0", logSyncInterval: -4 } as const;
  const observations = [port, { kind: "time-status", offsetNs: 3, ingressTimeNs }, { kind: "tick" }] as const;
  return { source: "management", process: "ptp4l.0", observations };
};

const well: readonly NodeInput[] = [
  gnss(3),
  dpll(3),
  line("ts2phc.0", "ts2phc[1.0]: [p.config:6] /dev/ptp3 offset 3 s2 freq +15"),
  line("phc2sys.0", "phc2sys[1.0]: [p.config:6] CLOCK_REALTIME phc offset 5 s2 freq +0 delay 500"),
];

/** A node after inputs of one moment each, and that moment. */
interface Reached {
  readonly state: NodeState;
  readonly ms: number;
}

function run(inputs: readonly NodeInput[], from?: Reached): Reached {
  let { state, ms } = from ?? { state: followPlan(initialNodeState("n"), plan, { profiles: [profile] }, at(0)), ms: 0 };
  for (const input of inputs) ({ state } = stepNode(state, input, at((ms += 60))));
  return { state, ms };
}

const begun = run([...programs.map((program) => processInput(plan, `${program}.0`, true)), ...well]);

/** Ticks where one is due, and just before each; what is told, with its moment in seconds. */
function untilCalm({ state, ms }: Reached): string[] {
  const told: string[] = [];
  for (let now = ms, due = tickDueMs(state, at(ms)); due !== undefined; due = tickDueMs(state, at(now))) {
    assert.ok(due > now);
    const early = stepNode(state, { source: "tick" }, at(Math.max(now, due - 1)));
    assert.deepEqual(early.changes, [], `nothing changes before ${due}`);
    const step = stepNode(state, { source: "tick" }, at(due));
    ({ state } = step);
    now = due;
    told.push(...step.changes.map(({ clock, to }) => `${(due - ms) / 1000} ${clock.process} ${to}`));
    assert.ok(told.length < 50, "it comes to an end");
  }
  return told;
}

test("tickDueMs: of a node that falls silent each change is due at its moment, and none before", () => {
  const told = untilCalm(begun);
  assert.deepEqual(told, [
    "4.82 gnss FREERUN",
    "4.82 gnss FAILURE-NOFIX",
    "4.88 synce4l HOLDOVER",
    "4.88 dpll HOLDOVER",
    "4.88 GM HOLDOVER",
    "4.88 GM 7",
    "4.94 ts2phc HOLDOVER",
    "6.001 phc2sys HOLDOVER",
    "7.94 ts2phc FREERUN",
    "9.001 phc2sys FREERUN",
    "9.88 synce4l FREERUN",
    "9.88 dpll FREERUN",
    "9.88 GM FREERUN",
    "9.88 GM 248",
  ]);
});

test("roundDueMs: a measurement that gets old and a holdover that ends are due with a round, not with a tick", () => {
  const { state, ms } = run([round(1n)], begun);
  assert.equal(roundDueMs(state, "ptp4l.0", at(ms)), ms + 2000, "a port that has just become SLAVE measures by then");
  const other = run([round(2n)], { state, ms: ms + 2000 });
  assert.equal(roundDueMs(other.state, "ptp4l.0", at(other.ms)), other.ms + 2001);
  const lost = stepNode(
    other.state,
    { source: "management", process: "ptp4l.0", observations: [{ kind: "tick" }] },
    at(other.ms + 2001),
  );
  assert.deepEqual(
    lost.changes.map(({ to }) => to),
    ["HOLDOVER"],
  );
  assert.equal(roundDueMs(lost.state, "ptp4l.0", at(other.ms + 2001)), other.ms + 2001 + 3000);
});

test("tickDueMs: a leap second is due when it comes", () => {
  const { ms } = begun;
  const soonMs = at(ms).unixMs + 5_000;
  const leapSeconds = [...builtInLeapList.leapSeconds, { ntpS: ntpSOf(soonMs), taiMinusUtcS: 38 }];
  const list = { ...builtInLeapList, leapSeconds, updatedNtpS: ntpSOf(soonMs) - 86_400 };
  const told = stepNode(
    initialNodeState("n"),
    { source: "leap", observation: { kind: "list", origin: "config", list } },
    at(ms),
  );
  const due = tickDueMs(told.state, at(ms)) ?? 0;
  assert.equal(at(due).unixMs, Math.floor(soonMs / 1000) * 1000);
});
