import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLine } from "@ptp/ptp";
import { offsetInLine } from "./line-news.ts";

for (const [program, text, offsetNs] of [
  ["ptp4l", "ptp4l[1.0]: [ptp4l.0.config:6] master offset -7 s2 freq -10 path delay 500", -7],
  ["ptp4l", "ptp4l[1.0]: [ptp4l.0.config:6] rms 40 max 150 freq -10 +/- 3 delay 500 +/- 1", 150],
  ["ts2phc", "ts2phc[1.0]: [ts2phc.0.config:6] ens1f0 offset 3 s3 freq +7002", 3],
  ["phc2sys", "phc2sys[1.0]: [ptp4l.0.config:6] CLOCK_REALTIME phc offset 5 s2 freq +0 delay 500", 5],
  ["phc2sys", "phc2sys[1.0]: [ptp4l.0.config:6] ens5f0 sys offset 9 s2 freq +0 delay 500", undefined],
] as const)
  test(`offsetInLine: ${text}`, () => assert.equal(offsetInLine(program, parseLine(program, text)), offsetNs));
