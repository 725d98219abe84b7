import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "@ptp/node";
import { clockLimits } from "./clock-limits.ts";
import { eventValues } from "./event-values.ts";
import type { NodeView, PtpClockView, SystemClockView } from "./node-view.ts";
import { overallParts } from "./overall/overall-parts.ts";
import { initialOverall, stepOverall } from "./overall/overall-state.ts";
import { initialPtpClock, stepPtpClock, type PtpClockObservation } from "./ptp-clock.ts";
import { initialSampledClock, stepSampledClock } from "./sampled-clock.ts";

const at = (monotonicMs: number): Instant => ({ monotonicMs, unixMs: 1_700_000_000_000 + monotonicMs });

const following: readonly PtpClockObservation[] = [
  { kind: "process-up" },
  { kind: "port", number: 1, state: "TIME_RECEIVER" },
  { kind: "time-status", offsetNs: -7, ingressTimeNs: 1n },
];

function ptpClock(iface: string, observations: readonly PtpClockObservation[]): PtpClockView {
  const clock = observations.reduce(
    (before, observation, index) => stepPtpClock(before, observation, clockLimits({}), at(index)).clock,
    initialPtpClock(at(0)),
  );
  return { profile: "p", configName: "ptp4l.0.config", interfaces: [iface], clock };
}

function systemClock(): SystemClockView {
  const limits = { ...clockLimits({}), downtimeMs: 1_000, freshnessMs: 1_000 };
  const up = stepSampledClock(initialSampledClock(at(0), "phc2sys"), { kind: "process-up" }, limits, at(1)).clock;
  const clock = stepSampledClock(up, { kind: "sample", offsetNs: 4, locked: true }, limits, at(5)).clock;
  const reading = { from: "phc", offsetNs: 4, maxNs: 4, freqPpb: 1, delayNs: 1 };
  return { program: "phc2sys", profile: "p", configName: "ptp4l.0.config", clock, reading };
}

/** With the state of the whole as it follows from the clocks. */
function view(parts: Partial<NodeView>): NodeView {
  const clocks = { nodeName: "w1", ptpClocks: [], systemClocks: [], processes: [], aliasByInterface: {}, ...parts };
  const all = overallParts(clocks);
  return all.length === 0 ? clocks : { ...clocks, overall: stepOverall(initialOverall(at(0)), all, at(9)).status };
}

const short = (parts: Partial<NodeView>): readonly string[] =>
  eventValues(view(parts)).map((value) =>
    [value.resource, "name" in value ? value.name : "", "state" in value ? value.state : ""].join(" "),
  );

test("eventValues: nothing is told of a node without clocks", () => {
  assert.deepEqual(eventValues(view({})), []);
});

test("eventValues: a following clock is LOCKED under its alias, since when and why; overall comes last", () => {
  const values = eventValues(
    view({ ptpClocks: [ptpClock("ens1f0", following)], aliasByInterface: { ens1f0: "ens1fx" } }),
  );
  assert.deepEqual(values, [
    {
      resource: "lock-state",
      name: "ens1fx",
      state: "LOCKED",
      offsetNs: -7,
      sinceUnixMs: 1_700_000_000_002,
      cause: ["port 1 is SLAVE, offset within thresholds"],
    },
    {
      resource: "sync-state",
      state: "LOCKED",
      sinceUnixMs: 1_700_000_000_009,
      cause: ["ens1fx: port 1 is SLAVE, offset within thresholds"],
    },
  ]);
});

test("eventValues: UNKNOWN reads FREERUN and drags the overall state down; an unmeasured offset is absent", () => {
  assert.deepEqual(short({ ptpClocks: [ptpClock("a", []), ptpClock("b", following)], systemClocks: [systemClock()] }), [
    "lock-state a FREERUN",
    "lock-state b LOCKED",
    "os-clock-sync-state CLOCK_REALTIME LOCKED",
    "sync-state  FREERUN",
  ]);
  const [clock] = eventValues(view({ ptpClocks: [ptpClock("a", [])] }));
  assert.equal(clock !== undefined && "offsetNs" in clock, false);
});

test("eventValues: two clocks on one interface are told as one, by the worse", () => {
  assert.deepEqual(short({ ptpClocks: [ptpClock("a", following), ptpClock("a", [])] }), [
    "lock-state a FREERUN",
    "sync-state  FREERUN",
  ]);
});
