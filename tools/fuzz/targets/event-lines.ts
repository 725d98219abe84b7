import assert from "node:assert/strict";
import { createReplay } from "@ptp/truth";
import { unknownConfig } from "../../../packages/agent/src/events/legacy-socket/daemon-config.ts";
import { createLineHearer } from "../../../packages/agent/src/events/legacy-socket/hear-lines.ts";
import { sharedFiles, sharedLines, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";
import { fuzzedConfig, fuzzedPlan } from "./locked-node.ts";

const maxLinesPerInput = 100;
const known = { ...unknownConfig("ptp4l.0.config"), profile: "p", interfaces: ["ens1f0"] };

/** Lines that the existing daemon writes to the socket of its event sidecar, and recordings of an agent. */
export const eventLines: FuzzTarget = {
  name: "event-lines",
  title: "the legacy socket and replay: lines that say nothing leave all values as they are",
  seeds: () => [
    ...sharedLines("daemon/logs", /\.(gz|txt)$/),
    ...sharedFiles("events/testdata", /unit-log-lines\.json$/),
    ...ownLines,
  ],
  // A stamp far ahead is ticked through second by second, as far as an hour.
  baseMs: 400,
  prepare: () => (input) => {
    const lines = Buffer.from(input).toString("utf8").split("\n", maxLinesPerInput);
    const hearer = createLineHearer(new Map([[known.name, known]]));
    const replay = createReplay({ nodeName: "n", plan: fuzzedPlan, config: fuzzedConfig });
    let nowMs = 0;
    for (const line of lines) {
      const before = hearer.values((name) => name);
      if (hearer.hear(line, (nowMs += 100)) !== "heard") {
        assert.deepEqual(
          hearer.values((name) => name),
          before,
          "what says nothing changes nothing",
        );
      }
      for (const { change } of replay.push(line, nowMs)) assert.ok(change.cause.length > 0, "a change has a cause");
    }
  },
};

const ownLines = texts(
  "ptp4l[1726600000]:[ptp4l.0.config] CLOCK_CLASS_CHANGE 248.000000",
  "ptp4l[1726600000]:[ptp4l.0.config] PTP_PROCESS_STATUS:0",
  "T-GM[1726600000]:[ts2phc.0.config] ens1f0 T-GM-STATUS s2",
  "gnss[1726600000]:[ts2phc.0.config] ens1f0 gnss_status 3 offset 5 s2",
  "dpll[1726600000]:[ts2phc.0.config] ens1f0 frequency_status 3 offset 5 phase_status 3 pps_status 1 s2",
  "CMD RESTART\nCMD LIVE_START",
  '{"t":1.5,"uptimeMs":1500,"source":"line","process":"ptp4l.0","line":"ptp4l[1.5]: [ptp4l.0.config:6] rms 7 max 9"}',
  '{"t":1.5,"uptimeMs":1500,"source":"management","process":"ptp4l.0","observations":[{"kind":"port","number":1,"state":"TIME_RECEIVER"},{"kind":"time-status","offsetNs":3,"ingressTimeNs":"5n"},{"kind":"tick"}]}',
  '{"t":1.5,"source":"process","report":{"key":"ptp4l.0","program":"ptp4l","profile":"answering","configName":"ptp4l.0.config","state":"running","starts":1,"sinceUnixMs":0,"lastExit":""}}',
  '{"t":2,"source":"dpll","process":"ts2phc.1","status":{"kind":"dpll-status","interfaceName":"ens2f0"}}',
);
