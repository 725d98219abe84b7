import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInLeapList, ntpSOf } from "@ptp/ptp";
import type { NodeProfile, ProcessReport } from "@ptp/node";
import type { PtpClockObservation } from "../ptp-clock.ts";
import { at } from "../testing/machine-laws.ts";
import { gnssTime } from "../testing/machines.ts";
import { answered, dataSetsBelow, dpllOf, measurement, onlyPort, ownIdentity } from "../testing/management-round.ts";
import { announceAlike, announceIntents } from "./announce-intents.ts";
import type { NodeInput } from "./node-input.ts";
import { followPlan, initialNodeState, type NodeState } from "./node-state.ts";
import { stepNode } from "./step-node.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const receiver = {
  key: "ptp4l.0",
  profile: "tr",
  configName: "ptp4l.0.config",
  socketPath: "/var/run/ptp4l.0.socket",
  domainNumber: 24,
  interfaces: ["ens1f0"],
};
const giver = { ...receiver, key: "ptp4l.1", profile: "tt", configName: "ptp4l.1.config", interfaces: ["ens1f1"] };
const plan: WatchedPlan = {
  processes: [
    { key: "ptp4l.0", program: "ptp4l", profile: "tr", configName: "ptp4l.0.config" },
    { key: "ptp4l.1", program: "ptp4l", profile: "tt", configName: "ptp4l.1.config" },
    { key: "ts2phc.0", program: "ts2phc", profile: "tr", configName: "ts2phc.0.config" },
  ],
  ptp4lInstances: [receiver, giver],
  aliasByInterface: {},
};
const profiles: readonly NodeProfile[] = [
  { name: "tr", ptpSettings: { clockType: "T-BC", leadingInterface: "ens1f0" } },
  { name: "tt", ptpSettings: { controllingProfile: "tr" } },
];

const process = (key: string, state: ProcessReport["state"] = "running"): NodeInput => {
  const rest = { profile: "tr", configName: `${key}.config`, starts: 1, sinceUnixMs: 0, lastExit: "" };
  const report: ProcessReport = { key, program: "ptp4l", state, ...rest };
  return { source: "process", report };
};
const dpll = (code: number): NodeInput => dpllOf("ts2phc.0", code);
const upstream = dataSetsBelow(6);

function run(inputs: readonly NodeInput[], from?: { readonly state: NodeState; readonly ms: number }) {
  let state = from?.state ?? followPlan(initialNodeState("n"), plan, { profiles: [...profiles] }, at(0));
  let ms = from?.ms ?? 0;
  for (const input of inputs) ({ state } = stepNode(state, input, at((ms += 60))));
  return { state, ms };
}

const measured = Array.from({ length: 80 }, (_, i) => [
  answered(...upstream, onlyPort("TIME_RECEIVER"), measurement(i + 1, 3)),
  dpll(3),
]).flat();

const describe = (state: NodeState) =>
  announceIntents(state).map(({ kind, configName, value }) =>
    kind === "external-grandmaster"
      ? [kind, configName, value.grandmasterIdentity, value.stepsRemoved]
      : [kind, configName, value.clockClass, value.timeSource],
  );

test("announceIntents: nothing until a T-BC's hardware is heard of", () => {
  assert.deepEqual(describe(initialNodeState("n")), []);
  assert.deepEqual(describe(run([process("ptp4l.0"), answered(...upstream, onlyPort("LISTENING"))]).state), []);
});

test("announceIntents: a locked T-BC passes its grandmaster on, a lost one stands for itself everywhere", () => {
  const locked = run([process("ptp4l.0"), dpll(3), ...measured]);
  assert.deepEqual(describe(locked.state), [
    ["external-grandmaster", "ptp4l.1.config", "aabbcc.fffe.ddeeff", 2],
    ["grandmaster-settings", "ptp4l.1.config", 6, 0x20],
  ]);
  const lost = run([answered(...upstream, onlyPort("LISTENING")), dpll(4)], locked);
  assert.deepEqual(describe(lost.state), [
    ["external-grandmaster", "ptp4l.1.config", ownIdentity, 0],
    ["grandmaster-settings", "ptp4l.1.config", 135, 0xa0],
    ["grandmaster-settings", "ptp4l.0.config", 135, 0xa0],
  ]);
});

test("announceIntents: of a receiving ptp4l that died or went silent the T-BC still knows who it is", () => {
  const locked = run([process("ptp4l.0"), dpll(3), ...measured]);
  const own = (clockClass: number) => [
    ["external-grandmaster", "ptp4l.1.config", ownIdentity, 0],
    ["grandmaster-settings", "ptp4l.1.config", clockClass, 0xa0],
    ["grandmaster-settings", "ptp4l.0.config", clockClass, 0xa0],
  ];
  const dead = run([process("ptp4l.0", "backoff"), dpll(4)], locked);
  assert.deepEqual(describe(dead.state), own(135));
  const ended = run([{ source: "tick" }], { state: dead.state, ms: dead.ms + 60_000 });
  assert.deepEqual(describe(ended.state), own(248));
  const silent = run([answered({ kind: "silent", detail: "ptp4l answered nothing for 3 s" }), dpll(3)], locked);
  assert.deepEqual(describe(silent.state), own(135));
  const machine = silent.state.machines.find(({ kind }) => kind === "t-bc");
  assert.ok(machine?.kind === "t-bc");
  assert.deepEqual(machine.begun?.clock.status.cause, ["ptp4l answered nothing for 3 s"]);
  const back = run(measured, silent);
  assert.deepEqual(describe(back.state)[1], ["grandmaster-settings", "ptp4l.1.config", 6, 0x20]);
});

test("announceIntents: a T-BC in holdover takes a leap second at midnight, of its grandmaster or of its list", () => {
  const midnightMs = Date.UTC(2023, 10, 15);
  const told = (state: NodeState) => {
    const [, settings] = announceIntents(state);
    assert.ok(settings?.kind === "grandmaster-settings");
    return [settings.value.currentUtcOffsetS, settings.value.leap61];
  };
  const list = {
    ...builtInLeapList,
    leapSeconds: [...builtInLeapList.leapSeconds, { ntpS: ntpSOf(midnightMs), taiMinusUtcS: 38 }],
    updatedNtpS: ntpSOf(midnightMs) - 86_400,
  };
  const leap61: PtpClockObservation = { kind: "time-properties-data-set", dataSet: { ...gnssTime, leap61: true } };
  for (const [news, given] of [
    [[leap61], []],
    [[], [{ source: "leap", observation: { kind: "list", origin: "config", list } } as const]],
  ] as const) {
    const locked = run([...given, process("ptp4l.0"), dpll(3), ...measured]);
    const lost = run([answered(...upstream, ...news), answered(onlyPort("LISTENING")), dpll(4)], locked);
    const later = (unixMs: number) => {
      const ms = unixMs - at(0).unixMs;
      return run([dpll(4), { source: "tick" }, answered()], { state: lost.state, ms: ms - 180 }).state;
    };
    assert.deepEqual(told(later(midnightMs - 1)), [37, true]);
    assert.deepEqual(told(later(midnightMs + 1000)), [38, false]);
  }
});

test("announceIntents: of a T-TSC nothing, and by its clockId where a profile gives one", () => {
  const alone = followPlan(
    initialNodeState("n"),
    { ...plan, ptp4lInstances: [receiver] },
    { profiles: profiles.slice(0, 1) },
    at(0),
  );
  const inputs = [process("ptp4l.0"), dpll(3), ...measured];
  assert.deepEqual(describe(run(inputs, { state: alone, ms: 0 }).state), []);
  const [tr, tt] = profiles;
  const named = { ...tr?.ptpSettings, "clockId[ens1f0]": "5799633565433967032" };
  const known = followPlan(
    initialNodeState("n"),
    plan,
    {
      profiles: [
        { name: "tr", ptpSettings: named },
        { ...tt, name: "tt" },
      ],
    },
    at(0),
  );
  const lost = run([...inputs, answered(...upstream, onlyPort("LISTENING")), dpll(4)], { state: known, ms: 0 });
  assert.deepEqual(describe(lost.state)[0], ["external-grandmaster", "ptp4l.1.config", "507c6f.fffe.1fb1b8", 0]);
});

test("announceIntents: a T-BC whose time nobody gives on any more stands for nothing, until somebody does again", () => {
  const locked = run([process("ptp4l.0"), dpll(3), ...measured]);
  const follow = (of: typeof locked, count: number) => {
    const edited = { ...plan, ptp4lInstances: plan.ptp4lInstances.slice(0, count) };
    return { ...of, state: followPlan(of.state, edited, { profiles: profiles.slice(0, count) }, at(of.ms)) };
  };
  const alone = follow(locked, 1);
  assert.deepEqual(describe(alone.state), [["grandmaster-settings", "ptp4l.0.config", 255, 0xa0]]);
  const lost = run([answered(...upstream, onlyPort("LISTENING")), dpll(4)], alone);
  assert.deepEqual(describe(lost.state), describe(alone.state), "whatever becomes of it");
  const again = run(measured, follow(follow(lost, 1), 2));
  assert.deepEqual(describe(again.state), describe(locked.state));
});

test("announceIntents: one that gives time on is announced by its own T-BC once that has heard of a DPLL", () => {
  const twoDeciders = [
    ...profiles.slice(0, 1),
    { name: "tt", ptpSettings: { controllingProfile: "tr", clockType: "T-BC" } },
  ];
  const both: WatchedPlan = {
    ...plan,
    processes: [
      ...plan.processes,
      { key: "ts2phc.1", program: "ts2phc", profile: "tt", configName: "ts2phc.1.config" },
    ],
  };
  const from = { state: followPlan(initialNodeState("n"), both, { profiles: twoDeciders }, at(0)), ms: 0 };
  const locked = run([process("ptp4l.0"), dpll(3), ...measured], from);
  assert.ok(describe(locked.state).some(([, configName]) => configName === "ptp4l.1.config"));
  const heard = run([{ ...dpll(3), process: "ts2phc.1" } as NodeInput], locked);
  assert.deepEqual(describe(heard.state), []);
});

test("announceAlike: states between which it says so want the same; a line of a measurement is such a step", () => {
  const line = "ptp4l[1.5]: [ptp4l.0.config:6] rms    7 max   19 freq  +9259 +/-  50 delay   415 +/-  97";
  const servo: NodeInput = { source: "line", process: "ptp4l.0", line };
  const story = [
    process("ptp4l.0"),
    dpll(3),
    ...measured,
    servo,
    answered(...upstream, onlyPort("LISTENING")),
    dpll(4),
  ];
  let { state, ms } = run([]);
  const alike: NodeInput[] = [];
  for (const input of story) {
    const next = run([input], { state, ms });
    if (announceAlike(state, next.state)) {
      assert.deepEqual(announceIntents(next.state), announceIntents(state));
      alike.push(input);
    }
    ({ state, ms } = next);
  }
  assert.ok(alike.includes(servo));
  assert.ok(alike.length < story.length);
});
