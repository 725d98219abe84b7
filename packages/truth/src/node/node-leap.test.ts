import assert from "node:assert/strict";
import { test } from "node:test";
import { builtInLeapList, ntpSOf, type GnssLeapIndication } from "@ptp/ptp";
import type { Instant, NodeProfile } from "@ptp/node";
import { metricFamilies, metricSamples } from "../metric-samples.ts";
import { formatRecordedInput, parseRecordedInput } from "../replay/recorded-input.ts";
import type { NodeInput } from "./node-input.ts";
import { followPlan, initialNodeState, nodeView, type NodeState } from "./node-state.ts";
import { stepNode } from "./step-node.ts";
import type { WatchedPlan } from "./watched-plan.ts";

const leapMs = Date.UTC(2027, 0, 1);
const profiles: readonly NodeProfile[] = [{ name: "gm", ts2phcOpts: "-s nmea", ts2phcConf: "[ens1f0]" }];
const plan: WatchedPlan = {
  processes: [{ key: "ts2phc.0", program: "ts2phc", profile: "gm", configName: "ts2phc.0.config" }],
  ptp4lInstances: [],
  aliasByInterface: {},
};

function at(unixMs: number): Instant {
  return { monotonicMs: unixMs - leapMs + 1e9, unixMs };
}

function node(watched: WatchedPlan = plan): NodeState {
  return followPlan(initialNodeState("n1"), watched, { profiles }, at(leapMs - 4 * 86_400_000));
}

/** Every input as a recording brings it back. */
function play(state: NodeState, input: NodeInput, unixMs: number): NodeState {
  const recorded = parseRecordedInput(formatRecordedInput({ at: at(unixMs), input }));
  assert.ok(recorded);
  return stepNode(state, recorded.input, recorded.at).state;
}

function seriesOf(state: NodeState): readonly string[] {
  return metricSamples(nodeView(state)).flatMap(({ family, labels, value }) =>
    family.startsWith("leap") || family === "utcOffset"
      ? [`${metricFamilies[family].name}${JSON.stringify(Object.values(labels))} ${value}`]
      : [],
  );
}

const indication: GnssLeapIndication = {
  currentSource: 2,
  currentLeapS: 18,
  changeS: 1,
  secondsToEvent: 3 * 86_400,
  eventGpsWeek: 2451,
  eventGpsDay: 5,
  valid: 3,
};
const tick: NodeInput = { source: "tick" };

test("GNSS tells of a leap second three days before: announced twelve hours before, over at midnight", () => {
  let state = play(
    node(),
    { source: "leap", observation: { kind: "indication", indication } },
    leapMs - 3 * 86_400_000,
  );
  const told = (unixMs: number) => {
    state = play(state, tick, unixMs);
    return seriesOf(state).slice(2);
  };
  assert.deepEqual(told(leapMs - 43_201_000), ['ptp_utc_offset_seconds["n1"] 37', 'ptp_leap_second_pending["n1"] 0']);
  assert.deepEqual(told(leapMs - 43_200_000), ['ptp_utc_offset_seconds["n1"] 37', 'ptp_leap_second_pending["n1"] 1']);
  assert.deepEqual(told(leapMs), ['ptp_utc_offset_seconds["n1"] 38', 'ptp_leap_second_pending["n1"] 0']);
});

test("each turn is a change with its cause", () => {
  const list = {
    ...builtInLeapList,
    leapSeconds: [...builtInLeapList.leapSeconds, { ntpS: ntpSOf(leapMs), taiMinusUtcS: 38 }],
  };
  const given = { ...list, expiresNtpS: ntpSOf(leapMs + 1000) };
  const steps: readonly (readonly [number, NodeInput])[] = [
    [leapMs - 86_400_000, { source: "leap", observation: { kind: "list", origin: "config", list: given } }],
    [leapMs - 3_600_000, tick],
    [leapMs, tick],
    [leapMs + 1000, tick],
  ];
  let state = node();
  const seen = steps.flatMap(([unixMs, input]) => {
    const step = stepNode(state, input, at(unixMs));
    ({ state } = step);
    return step.changes.map(({ clock: { process, config }, of, from, to }) =>
      [process, config, of, from, to].join(" "),
    );
  });
  assert.deepEqual(seen, [
    "ts2phc ts2phc.0.config leap-list valid expiring",
    "ts2phc ts2phc.0.config utc-offset 37 37 leap61",
    "ts2phc ts2phc.0.config utc-offset 37 leap61 38",
    "ts2phc ts2phc.0.config leap-list expiring expired",
  ]);
  assert.deepEqual(stepNode(state, tick, at(leapMs + 2000)).changes, []);
});

test("the expiry of the list in force is a series, under where the list comes from", () => {
  const expiresMs = leapMs + 86_400_000;
  const list = { ...builtInLeapList, expiresNtpS: ntpSOf(expiresMs) };
  const given = play(node(), { source: "leap", observation: { kind: "list", origin: "config", list } }, leapMs);
  assert.deepEqual(seriesOf(given).slice(0, 2), [
    `ptp_leap_list_expiry_timestamp_seconds["n1","config"] ${expiresMs / 1000}`,
    `ptp_leap_list_vouched_until_timestamp_seconds["n1","config"] ${expiresMs / 1000}`,
  ]);
  assert.equal(nodeView(given).leap?.validity, "expiring");
  const gone = play(given, { source: "leap", observation: { kind: "no-list", origin: "config" } }, leapMs);
  assert.match(seriesOf(gone)[0] ?? "", /\["n1","built-in"\] 2082758400$/);
});

test("a node without ts2phc shows nothing of leap seconds, and knows them", () => {
  const state = play(node({ ...plan, processes: [] }), tick, leapMs);
  assert.deepEqual(seriesOf(state), []);
  assert.equal(nodeView(state).leap, undefined);
  assert.equal(state.leap.utc.value.currentUtcOffsetS, 37);
});

test("what was learned before a restart comes back from a recording too, and nonsense does not", () => {
  const leapSeconds = [{ ntpS: ntpSOf(leapMs), taiMinusUtcS: 38 }];
  const learned: NodeInput = { source: "leap", observation: { kind: "learned", leapSeconds, atUnixMs: leapMs - 1000 } };
  assert.equal(play(play(node(), learned, leapMs - 1000), tick, leapMs).leap.utc.value.currentUtcOffsetS, 38);
  for (const observation of [
    undefined,
    null,
    "list",
    { kind: "other" },
    { kind: "list", origin: "config" },
    { kind: "list", origin: "mars", list: builtInLeapList },
    { kind: "list", origin: "config", list: { ...builtInLeapList, leapSeconds: [] } },
    { kind: "list", origin: "config", list: { ...builtInLeapList, leapSeconds: [{ ntpS: "1" }] } },
    { kind: "indication", indication: { ...indication, valid: "3" } },
    { kind: "learned", leapSeconds },
  ]) {
    assert.equal(parseRecordedInput(JSON.stringify({ t: 1, source: "leap", observation })), undefined);
  }
});
