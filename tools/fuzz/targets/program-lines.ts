import assert from "node:assert/strict";
import { hasGrammar, parseLogHeader, readFact } from "@ptp/ptp";
import { metricSamples, nodeView, outOfRange, ptpClockOf, stepNode, type NodeState, type NodeStep } from "@ptp/truth";
import { createLineSplitter } from "../../../packages/agent/src/process/line-splitter.ts";
import { sharedLines, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { answeringKey, at, fuzzedLimits, fuzzedPlan, lockedMs, lockedNode } from "./locked-node.ts";

const maxLinesPerInput = 200;

/** What the programs print. */
export const programLines: FuzzTarget = {
  name: "program-lines",
  title:
    "stepNode over any lines of any program: what is foreign changes nothing but a count, what lines say never makes a clock that answers another, and LOCKED needs an offset in range",
  seeds: () => [
    ...sharedLines("lab", /(ptp4l|phc2sys|ts2phc|bc|oc|gm|synce|chrony)[^/]*\.(log|txt)$/),
    ...sharedLines("daemon/logs", /\.(gz|txt)$/),
    ...ownLines,
  ],
  // Each line of an input is stepped for every program of the node.
  baseMs: 50,
  prepare: () => {
    const locked = lockedNode();
    assert.deepEqual(statesOf(locked), ["LOCKED", "LOCKED", "LOCKED"], "the node to begin with is LOCKED");
    const keys = fuzzedPlan.processes.map(({ key }) => key);
    return (input) => {
      let state = locked;
      const lines: string[] = [];
      const splitter = createLineSplitter((line) => void (lines.length < maxLinesPerInput && lines.push(line)));
      splitter.push(input);
      splitter.end();
      for (const line of lines) {
        for (const process of keys) {
          const step = stepNode(state, { source: "line", process, line }, at(lockedMs + 1));
          checkStep(state, step, line);
          ({ state } = step);
        }
      }
      for (const { value } of metricSamples(nodeView(state))) assert.ok(Number.isFinite(value), "samples are finite");
    };
  },
};

const ownLines = texts(
  "ptp4l[1.5]: [ptp4l.1.config:6] rms    7 max    9 freq     -5 +/-   3 delay    90 +/-   1",
  "ptp4l[1.5]: [ptp4l.1.config] master offset  -662 s2 freq -10 path delay 1664",
  "ptp4l[1.5]: [ptp4l.1.config:{level}] port 1 (ens2f0.100): SLAVE to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)",
  "ptp4l[1.5]: [ptp4l.1.config:5] selected local clock ce2211.fffe.527b8f as best master",
  "phc2sys[1.5]: [ptp4l.0.config:6] CLOCK_REALTIME rms 20 max 30 freq +60 +/- 21 delay 181 +/- 3",
  "phc2sys[1.5]: [ptp4l.0.config:6] CLOCK_REALTIME phc offset 36999991575 s1 freq -14 delay 201",
  "ts2phc[1.5]: [ts2phc.0.config:6] /dev/ptp0 offset -36999913837 s0 freq -0",
  "ts2phc[1.5]: [ts2phc.0.config:4] nmea: no valid rmc fix",
  "synce4l[1.5]: [synce4l.0.config] EEC_LOCKED_HO_ACQ on ens1f0",
  "chronyd[5][chronyd.0.config]: 2026-11-21T10:00:00Z Selected source PPS (GNSS)",
);

function statesOf(state: NodeState): readonly string[] {
  const { ptpClocks, systemClocks } = nodeView(state);
  return [...ptpClocks, ...systemClocks].map(({ clock }) => clock.status.state);
}

function checkStep(before: NodeState, { state, changes }: NodeStep, line: string): void {
  const header = parseLogHeader(line);
  const fact = header && readFact(header.program, header.text);
  if (fact === undefined) {
    assert.deepEqual(changes, [], "a foreign line changes no state");
    assert.equal(state.clocks, before.clocks, "a foreign line leaves the clocks");
    const missed = header !== undefined && hasGrammar(header.program);
    assert.equal(
      missesOf(state),
      missesOf(before) + Number(missed),
      "a line in an unknown form of a known program counts",
    );
  }
  for (const { cause } of changes) assert.ok(cause.length > 0 && cause.every((words) => words !== ""), "has a cause");
  const answering = ptpClockOf(state, answeringKey);
  assert.equal(answering?.status.state, "LOCKED", "lines do not decide for a ptp4l that answers");
  for (const { clock } of nodeView(state).ptpClocks) {
    if (clock.status.state !== "LOCKED") continue;
    const { offsetNs, largestNs } = clock.sample ?? { offsetNs: Number.NaN };
    assert.ok(Number.isFinite(offsetNs), "LOCKED has an offset");
    assert.equal(outOfRange(largestNs ?? offsetNs, fuzzedLimits), undefined, "LOCKED is in range");
  }
}

function missesOf({ parseMisses }: NodeState): number {
  return [...parseMisses.values()].reduce((sum, count) => sum + count, 0);
}
