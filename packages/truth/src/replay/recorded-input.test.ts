import assert from "node:assert/strict";
import test from "node:test";
import type { NodeInput } from "../node/node-input.ts";
import { formatRecordedInput, parseRecordedInput } from "./recorded-input.ts";

const at = { unixMs: 1_757_326_334_125, monotonicMs: 5_000.25 };

test("recorded inputs are read as they were written", () => {
  const report = { key: "ptp4l.0", program: "ptp4l", profile: "a", configName: "c", state: "running" } as const;
  const inputs: readonly NodeInput[] = [
    { source: "line", process: "ptp4l.0", line: 'ptp4l[1.0]: "5n"\u0000' },
    { source: "tick" },
    { source: "process", report: { ...report, starts: 1, sinceUnixMs: 5, lastExit: "" } },
    {
      source: "management",
      process: "ptp4l.0",
      observations: [
        { kind: "time-status", offsetNs: -1.5, ingressTimeNs: 1_757_326_334_125_000_001n },
        { kind: "port", number: 1, state: "TIME_RECEIVER" },
        { kind: "tick" },
      ],
    },
    {
      source: "gnss",
      process: "ts2phc.0",
      status: { kind: "gnss-status", interfaceName: "ens1f0", fix: 3, offsetNs: 5, state: "LOCKED" },
    },
  ];
  for (const input of inputs) {
    const line = formatRecordedInput({ at, input });
    assert.ok(!line.includes("\n"));
    assert.deepEqual(parseRecordedInput(line), { at, input });
  }
});

test("what no agent wrote is no input", () => {
  for (const line of [
    "",
    "{",
    "null",
    "[]",
    '{"t":1}',
    '{"t":"1","source":"tick"}',
    '{"t":1,"source":"line","line":"x"}',
    '{"t":1,"source":"process","report":{"key":"a"}}',
    '{"t":1,"source":"gnss","process":"ts2phc.0","status":{"kind":"gnss-status","interfaceName":"a","fix":3,"offsetNs":"5"}}',
    '{"t":1,"source":"gnss","process":"p","status":{"kind":"gnss-status","interfaceName":"a","fix":3,"offsetNs":5,"antenna":"torn"}}',
    '{"t":1,"source":"dpll","process":"ts2phc.0","status":{"kind":"dpll-status","interfaceName":"a","phaseStatus":3,"offsetNs":5}}',
    '{"t":1,"source":"management","process":"ptp4l.0","observations":[{"kind":"parent-data-set","dataSet":{}}]}',
    '{"t":1,"source":"management","process":"ptp4l.0","observations":[{"kind":"port","number":1,"state":"SLAVE"}]}',
    '{"t":1,"source":"management","process":"ptp4l.0","observations":[{"kind":"toString"}]}',
  ]) {
    assert.equal(parseRecordedInput(line), undefined, line);
  }
});
