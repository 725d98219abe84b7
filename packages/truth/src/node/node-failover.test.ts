import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeProfile, ProcessReport } from "@ptp/node";
import { eventValues } from "../event-values.ts";
import { metricSamples } from "../metric-samples.ts";
import { clockReports } from "../node-view.ts";
import { at } from "../testing/machine-laws.ts";
import { followPlan, initialNodeState, nodeView, type NodeState } from "./node-state.ts";
import { runChoices } from "./run-choices.ts";
import { stepNode } from "./step-node.ts";
import type { WatchedPlan, WatchedProcess } from "./watched-plan.ts";

const named = <P extends WatchedProcess["program"]>(program: P, configName = `${program}.0.config`) =>
  ({ key: `${program}.0`, program, profile: "gm", configName }) as const;
const [ts2phc, phc2sys, chronyd] = [named("ts2phc"), named("phc2sys", "ptp4l.0.config"), named("chronyd")];
const planOf = (processes: readonly WatchedProcess[]): WatchedPlan => {
  return { processes, ptp4lInstances: [], aliasByInterface: {} };
};
const profile: NodeProfile = {
  name: "gm",
  ptp4lOpts: "",
  phc2sysOpts: "-s ens1f0",
  chronydOpts: "-n",
  ts2phcOpts: "-s nmea",
  plugins: { ntpfailover: { gnssFailover: true, ts2phcTolerance: "5s", startupDelay: "10s" } },
};

/** A node that is told on, with what changes of its system clock and of who keeps it. */
function story(processes: readonly WatchedProcess[], profiles = [profile]) {
  let state = followPlan(initialNodeState("w1"), planOf(processes), { profiles }, at(0));
  const told: string[] = [];
  const take = (input: Parameters<typeof stepNode>[1], ms: number) => {
    const step = stepNode(state, input, at(ms));
    ({ state } = step);
    for (const { clock, of = "state", from, to, cause } of step.changes)
      if (clock.iface === "CLOCK_REALTIME")
        told.push(`${ms / 1000} s ${clock.process} ${of} ${from}>${to}: ${cause.join(" < ")}`);
  };
  return {
    told,
    state: () => state,
    process: (of: WatchedProcess, up: boolean, ms: number) => {
      const report: ProcessReport = {
        ...of,
        state: up ? "running" : "stopping",
        starts: 1,
        sinceUnixMs: 0,
        lastExit: "",
      };
      take({ source: "process", report }, ms);
    },
    line: (of: WatchedProcess, line: string, ms: number) => take({ source: "line", process: of.key, line }, ms),
    tick: (ms: number) => take({ source: "tick" }, ms),
    follow: (next: readonly WatchedProcess[], ms: number) => {
      state = followPlan(state, planOf(next), { profiles }, at(ms));
    },
  };
}

const stable = "ts2phc[1.0]: [ts2phc.0.config:6] ens1f0 master offset 3 s3 freq +7002";
const measured = "phc2sys[1.0]: [ptp4l.0.config:6] CLOCK_REALTIME phc offset 4 s2 freq +0 delay 500";
const selected = "chronyd[1][chronyd.0.config]: Selected source 192.0.2.1";

const keepers = (state: NodeState) => Object.fromEntries(runChoices(state).keeperByProfile);
const osClock = (state: NodeState) =>
  eventValues(nodeView(state)).find((each) => each.resource === "os-clock-sync-state");
const stateSeries = (state: NodeState) =>
  metricSamples(nodeView(state))
    .filter(({ family, labels }) => family === "clockState" && labels["iface"] === "CLOCK_REALTIME")
    .map(({ labels, value }) => `${labels["process"]} ${value}`);

test("phc2sys sets the system clock until ts2phc is lost, chronyd from then on, phc2sys again when it is back", () => {
  const on = story([ts2phc, phc2sys]);
  assert.deepEqual(keepers(on.state()), { gm: "phc2sys" });
  for (const each of [ts2phc, phc2sys]) on.process(each, true, 0);
  on.line(ts2phc, stable, 1000);
  on.line(phc2sys, measured, 1500);
  on.tick(9000);
  on.line(ts2phc, stable, 9500);
  on.line(phc2sys, measured, 9600);
  on.tick(14_499);
  assert.deepEqual(keepers(on.state()), { gm: "phc2sys" }, "before it is due");
  on.tick(14_500);
  assert.deepEqual(keepers(on.state()), { gm: "chronyd" });
  // The agent stops phc2sys and starts chronyd.
  on.follow([ts2phc, chronyd], 14_600);
  on.process(chronyd, true, 14_700);
  assert.deepEqual(stateSeries(on.state()), ["chronyd 0"], "not known yet");
  on.line(chronyd, selected, 16_000);
  assert.deepEqual(stateSeries(on.state()), ["chronyd 1"]);
  assert.equal(
    osClock(on.state())?.resource === "os-clock-sync-state" && osClock(on.state())?.cause[0],
    "follows NTP 192.0.2.1",
  );
  assert.deepEqual(
    clockReports(nodeView(on.state())).map(({ process, state }) => [process, state]),
    [
      ["ts2phc", "HOLDOVER"],
      ["chronyd", "LOCKED"],
    ],
  );
  // GNSS was lost before it had been good for long: it has to be, to be taken back.
  for (let ms = 20_000; ms < 25_000; ms += 1000) on.line(ts2phc, stable, ms);
  assert.deepEqual(keepers(on.state()), { gm: "chronyd" });
  on.line(ts2phc, stable, 25_000);
  assert.deepEqual(keepers(on.state()), { gm: "phc2sys" });
  assert.deepEqual(
    on.told.filter((each) => each.includes("keeper")),
    [
      "14.5 s ntpfailover keeper phc2sys>chronyd: ts2phc was not stable for 5 s or never since it was configured",
      "25 s ntpfailover keeper chronyd>phc2sys: ts2phc is stable or has time to become so",
    ],
  );
});

test("of two that run, the one that shall not has nothing to say of the system clock", () => {
  const on = story([ts2phc, phc2sys, chronyd]);
  for (const each of [ts2phc, phc2sys, chronyd]) on.process(each, true, 0);
  on.line(phc2sys, measured, 500);
  on.line(chronyd, selected, 600);
  assert.deepEqual(stateSeries(on.state()), ["phc2sys 1"]);
  on.tick(10_000);
  assert.deepEqual(stateSeries(on.state()), ["chronyd 1"]);
});

test("a chronyd of its own loses its source, its process and comes back", () => {
  const { plugins: _, ...alone } = profile;
  const on = story([chronyd], [alone]);
  on.process(chronyd, true, 0);
  on.line(chronyd, selected, 1000);
  on.line(chronyd, "chronyd[1][chronyd.0.config]: Can't synchronise: no selectable sources", 2000);
  on.line(chronyd, selected, 3000);
  on.process(chronyd, false, 4000);
  on.tick(9000);
  assert.deepEqual(on.told, [
    "1 s chronyd state UNKNOWN>LOCKED: follows NTP 192.0.2.1",
    "2 s chronyd state LOCKED>FREERUN: chronyd has no selectable source",
    "3 s chronyd state FREERUN>LOCKED: follows NTP 192.0.2.1",
    "4 s chronyd state LOCKED>HOLDOVER: chronyd is stopping",
    "9 s chronyd state HOLDOVER>FREERUN: holdover of 5 s expired < chronyd is stopping",
  ]);
  assert.equal(nodeView(on.state()).overall?.state, "FREERUN");
});

test("an edit that is nothing to ts2phc leaves the system clock to who keeps it; other options begin anew", () => {
  const on = story([ts2phc, phc2sys]);
  on.tick(10_000);
  const after = (edited: NodeProfile) =>
    keepers(followPlan(on.state(), planOf([ts2phc, chronyd]), { profiles: [edited] }, at(11_000)));
  assert.deepEqual(after({ ...profile, ptpSettings: { logReduce: "true" } }), { gm: "chronyd" });
  assert.deepEqual(after({ ...profile, ptpClockThreshold: { maxOffsetThreshold: 50 } }), { gm: "chronyd" });
  const slower = { ntpfailover: { gnssFailover: true, ts2phcTolerance: "6s", startupDelay: "10s" } };
  assert.deepEqual(after({ ...profile, plugins: slower }), { gm: "phc2sys" });
});

test("an edit of ts2phc gives it its time anew; a profile without failover decides nothing", () => {
  const on = story([ts2phc, phc2sys]);
  on.tick(10_000);
  assert.deepEqual(keepers(on.state()), { gm: "chronyd" });
  const edited = { ...profile, ts2phcOpts: "-s generic" };
  const after = followPlan(on.state(), planOf([ts2phc, chronyd]), { profiles: [edited] }, at(11_000));
  assert.deepEqual(keepers(after), { gm: "phc2sys" });
  const { plugins: _, ...without } = profile;
  assert.deepEqual(keepers(followPlan(on.state(), planOf([ts2phc, phc2sys]), { profiles: [without] }, at(11_000))), {});
});
