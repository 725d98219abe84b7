import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { eventValues } from "../event-values.ts";
import { metricSamples } from "../metric-samples.ts";
import { clockReports } from "../node-view.ts";
import { hearPhc2sys, multiNicNode, nicProfile, tellNic, tellPhc2sys, wellNic } from "../testing/dual-nic-node.ts";
import type { NicState } from "../testing/dual-nic-node.ts";
import { at } from "../testing/machine-laws.ts";
import type { NodeChange } from "./node-machine.ts";
import { nodeView, type NodeState, type NodeStep } from "./node-state.ts";
import { stepNode } from "./step-node.ts";

/** A node that is told on, with the changes of its system clock and of its source. */
function story(begun: NodeState) {
  let state = begun;
  const told: string[] = [];
  const take = (step: NodeStep): void => {
    ({ state } = step);
    for (const { at: when, clock, of, from, to, cause } of step.changes)
      if (clock.process === "phc2sys")
        told.push(`${when.monotonicMs / 1000} s ${of ?? "state"} ${from}>${to}: ${cause.join(" < ")}`);
  };
  return {
    told,
    state: () => state,
    /** One second of these NICs from that second on, with a measurement of a phc2sys that runs. */
    second: (second: number, nics: readonly NicState[], measures = true) => {
      nics.forEach((nic, id) => take(tellNic(state, id, nic, second * 1000)));
      if (measures) take(hearPhc2sys(state, "CLOCK_REALTIME phc offset 4 s2 freq +0 delay 500", second * 1000 + 10));
      take(stepNode(state, { source: "tick" }, at(second * 1000 + 20)));
    },
    phc2sys: (process: "running" | "stopping", ms: number) => take(tellPhc2sys(state, process, ms)),
    line: (text: string, ms: number) => take(hearPhc2sys(state, text, ms)),
  };
}

const seconds = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const haSeries = (state: NodeState) =>
  Object.fromEntries(
    metricSamples(nodeView(state))
      .filter(({ family }) => family === "haProfileStatus")
      .map(({ labels, value }) => [labels["profile"], value]),
  );

const systemReport = (state: NodeState) => clockReports(nodeView(state)).find(({ process }) => process === "phc2sys");
const eventStates = (state: NodeState) =>
  Object.fromEntries(
    eventValues(nodeView(state)).flatMap((value) => ("state" in value ? [[value.resource, value.state]] : [])),
  );

/** 20 s of two NICs that are well, the first one followed. */
function wellNode() {
  const on = story(multiNicNode(2, { enableHA: true }));
  on.phc2sys("running", 0);
  for (const second of seconds(1, 20)) on.second(second, [wellNic, wellNic]);
  return on;
}

test("a node that is well: the most wanted source is followed, told by metric and report, and nothing is switched", () => {
  const on = wellNode();
  assert.deepEqual(on.told, ["1.01 s state UNKNOWN>LOCKED: offset within thresholds"]);
  assert.deepEqual(haSeries(on.state()), { bc0: 1, bc1: 0 });
  const { profile, interface: name } = systemReport(on.state())?.source ?? {};
  assert.deepEqual([profile, name], ["bc0", "ens0f0"]);
});

test("a NIC that fails is left after the heartbeat and taken back after the grace time", () => {
  const on = wellNode();
  const lost: NicState = { port: "FAULTY" };
  on.second(21, [lost, wellNic]);
  on.second(22, [lost, wellNic]);
  const [holdover, switched] = on.told.slice(1);
  const fault = "no port is SLAVE: port 1 (ens0f0) is FAULTY";
  assert.equal(holdover, `21 s state LOCKED>HOLDOVER: follows ptp4l of bc0, which is HOLDOVER < ${fault}`);
  assert.equal(switched, "22 s source bc0>bc1: bc0 failed: its port is FAULTY, as without a link < bc1 is well");
  assert.deepEqual(haSeries(on.state()), { bc0: 0, bc1: 1 });
  assert.deepEqual(systemReport(on.state())?.source, {
    profile: "bc1",
    interface: "ens1f0",
    sinceUnixMs: at(22_000).unixMs,
    cause: ["bc0 failed: its port is FAULTY, as without a link", "bc1 is well"],
  });
  // The agent starts phc2sys anew for it.
  on.phc2sys("stopping", 22_030);
  on.phc2sys("running", 22_200);
  for (const second of seconds(23, 30)) on.second(second, [lost, wellNic]);
  assert.equal(eventStates(on.state())["os-clock-sync-state"], "LOCKED");
  assert.equal(eventStates(on.state())["sync-state"], "LOCKED", "the NIC that waits does not count");
  for (const second of seconds(31, 45)) on.second(second, [wellNic, wellNic]);
  assert.deepEqual(on.told.slice(-3), [
    "41 s source bc1>bc0: bc0 is well again and more wanted than bc1",
    "41 s state LOCKED>HOLDOVER: no measurement yet against bc0",
    "41.01 s state HOLDOVER>LOCKED: offset within thresholds",
  ]);
});

for (const [name, nic, cause] of [
  ["process death", { up: false }, "its ptp4l is down"],
  ["a degraded class", { clockClass: 165 }, "its clock class is 165 while another source offers 6"],
  ["loss of upstream", { port: "LISTENING" }, "it is HOLDOVER: no port is SLAVE: port 1 (ens0f0) is LISTENING"],
] as const) {
  test(`${name} of the source that is followed switches over once`, () => {
    const on = wellNode();
    for (const second of seconds(21, 26)) on.second(second, [nic, wellNic]);
    const switches = on.told.filter((each) => each.includes(" source "));
    assert.deepEqual(switches, [`22 s source bc0>bc1: bc0 failed: ${cause} < bc1 is well`]);
  });
}

test("a failure of the NIC that waits changes nothing outside but its own clock", () => {
  const on = wellNode();
  for (const second of seconds(21, 30)) on.second(second, [wellNic, { up: false }]);
  assert.equal(on.told.length, 1);
  assert.equal(eventStates(on.state())["sync-state"], "LOCKED");
});

test("silence of everything is noticed by time alone", () => {
  const on = wellNode();
  const lost: NicState = { port: "LISTENING" };
  on.second(21, [lost, wellNic]);
  const due = on.state().dueMs;
  assert.equal(due, 22_000);
  const step = stepNode(on.state(), { source: "tick" }, at(due));
  assert.deepEqual(
    step.changes.map(({ of, to }) => [of, to]),
    [["source", "bc1"]],
  );
});

test("with enableHA false what phc2sys is seen to choose is told, and changes with it", () => {
  const on = story(multiNicNode(2, { enableHA: false }));
  on.phc2sys("running", 0);
  for (const second of seconds(1, 3)) on.second(second, [wellNic, wellNic]);
  on.line("selecting ens0f0 as out-of-domain source clock", 3500);
  const lost: NicState = { port: "LISTENING" };
  on.second(4, [lost, wellNic]);
  on.line("selecting ens1f0 as out-of-domain source clock", 4500);
  on.second(5, [lost, wellNic]);
  assert.deepEqual(on.told, [
    "1.01 s state UNKNOWN>LOCKED: offset within thresholds",
    "3.5 s source none>bc0: phc2sys chose bc0",
    "4 s state LOCKED>HOLDOVER: follows ptp4l of bc0, which is HOLDOVER < no port is SLAVE: port 1 (ens0f0) is LISTENING",
    "4.5 s source bc0>bc1: phc2sys chose bc1",
    "5.01 s state HOLDOVER>LOCKED: offset within thresholds",
  ]);
  assert.equal(eventStates(on.state())["sync-state"], "LOCKED");
  assert.equal(systemReport(on.state())?.source?.profile, "bc1");
  on.phc2sys("stopping", 6000);
  assert.equal(systemReport(on.state())?.source, undefined, "nothing is known of a phc2sys that is down");
});

interface Told {
  readonly nic: number;
  readonly state: NicState;
  readonly passedMs: number;
}

const nicStates: fc.Arbitrary<NicState> = fc.constantFrom<NicState>(
  wellNic,
  wellNic,
  wellNic,
  { up: false },
  { port: "FAULTY" },
  { port: "LISTENING" },
  { clockClass: 248 },
);
const walks: fc.Arbitrary<readonly Told[]> = fc.array(
  fc.record({ nic: fc.nat({ max: 2 }), state: nicStates, passedMs: fc.nat({ max: 4000 }) }),
  { maxLength: 60 },
);

/** Plays a walk from the beginning; `see` is shown each step. */
function play(walk: readonly Told[], see: (step: NodeStep, ms: number) => void): void {
  let state = multiNicNode(3, { enableHA: true, preferredPrimary: "bc1" });
  let ms = 0;
  for (const { nic, state: nicState, passedMs } of walk) {
    ms += passedMs;
    const told = tellNic(state, nic, nicState, ms);
    const ticked = stepNode(told.state, { source: "tick" }, at(ms));
    ({ state } = ticked);
    see({ state, changes: [...told.changes, ...ticked.changes] }, ms);
  }
}

test("exactly one source at any time, each change from the one before, equal input equal output", () => {
  fc.assert(
    fc.property(walks, (walk) => {
      let followed = "bc1";
      const changes: NodeChange[] = [];
      play(walk, ({ state, changes: told }) => {
        for (const change of told) {
          if (change.of !== "source") continue;
          assert.equal(change.from, followed);
          assert.notEqual(change.to, followed);
          assert.ok(change.cause.length > 0);
          followed = change.to;
          changes.push(change);
        }
        const series = haSeries(state);
        assert.deepEqual(Object.keys(series).toSorted(), [0, 1, 2].map(nicProfile));
        assert.deepEqual(
          Object.entries(series).flatMap(([profile, value]) => (value === 1 ? [profile] : [])),
          [followed],
        );
        assert.equal(systemReport(state)?.source?.profile, followed);
      });
      const again: NodeChange[] = [];
      play(walk, ({ changes: told }) => again.push(...told.filter(({ of }) => of === "source")));
      assert.deepEqual(again, changes);
    }),
  );
});

/** A worse class is a fault only while another source offers a better one: here every fault is one by itself. */
const faultyWalks = walks.map((walk) =>
  walk.map((told) => (told.state.clockClass === undefined ? told : { ...told, state: { up: false } })),
);

interface Spells {
  readonly well: boolean;
  /** When the last spell of each began. */
  readonly wellMs: number;
  readonly faultMs: number;
  /** The fault before it was well lasted for the heartbeat. */
  readonly failed: boolean;
}

function told(spells: Spells, well: boolean, ms: number): Spells {
  if (well === spells.well) return spells;
  return well
    ? { ...spells, well, wellMs: ms, failed: spells.failed || ms - spells.faultMs >= 1000 }
    : { ...spells, well, faultMs: ms, failed: spells.failed && ms - spells.wellMs < 10_000 };
}

test("no return of a source that had failed inside the grace time", () => {
  fc.assert(
    fc.property(faultyWalks, (walk) => {
      const spellsOf = new Map<string, Spells>();
      let at = 0;
      for (const [index, { nic, state, passedMs }] of walk.entries()) {
        at += passedMs;
        const profile = nicProfile(nic);
        const before = spellsOf.get(profile) ?? { well: false, wellMs: 0, faultMs: 0, failed: false };
        spellsOf.set(profile, told(before, Object.keys(state).length === 0, at));
        let last: NodeStep | undefined;
        play(walk.slice(0, index + 1), (step) => (last = step));
        for (const { of, to, cause } of last?.changes ?? []) {
          if (of !== "source" || cause[0]?.includes("well again") !== true) continue;
          const { failed, wellMs } = spellsOf.get(to) ?? before;
          assert.ok(!failed || at - wellMs >= 10_000, `${to} after ${at - wellMs} ms`);
        }
      }
    }),
    { numRuns: 20 },
  );
});
