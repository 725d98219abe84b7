import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { stringify } from "yaml";
import { alertRulesPath } from "./chart-files.ts";
import { findProgram } from "./find-program.ts";
import { replayedSeries, scrapeS, type ReplayedNode } from "./replayed-series.ts";

const promtool = findProgram("promtool", process.env["PATH"] ?? "");
const options = promtool === undefined ? { skip: "promtool is not here: run make promtool" } : {};

/** Alerts that fire, by minute: name and how many. */
type Firing = Readonly<Record<number, Readonly<Record<string, number>>>>;

/** Plays a node to Prometheus' own evaluation of the chart's rules. */
function expectAlerts(t: TestContext, node: ReplayedNode, firing: Firing): void {
  const folder = mkdtempSync(join(tmpdir(), "alerts-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const series = [...replayedSeries(node)].map(([name, values]) => ({ series: name, values: values.join(" ") }));
  // What is not about nodes: an operator that is there and serves this one.
  const operator = ["ptp_operator_nodes", "ptp_operator_sessions"].map((name) => ({
    series: `${name}{namespace="n",pod="r"}`,
    values: `1x${Math.floor(node.seconds / scrapeS)}`,
  }));
  const expectations = Object.entries(firing).map(([minute, counts]) => ({
    expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
    eval_time: `${minute}m`,
    exp_samples: Object.entries(counts).map(([name, value]) => ({ labels: `{alertname="${name}"}`, value })),
  }));
  const tests = [{ interval: `${scrapeS}s`, input_series: [...series, ...operator], promql_expr_test: expectations }];
  const path = join(folder, "test.yaml");
  writeFileSync(path, stringify({ rule_files: [alertRulesPath], evaluation_interval: "15s", tests }));
  const { status, stdout, stderr } = spawnSync(promtool ?? "", ["test", "rules", path], { encoding: "utf8" });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

const ordinary = [{ name: "oc", interface: "ens1f0", ptp4lOpts: "-2 -s", ptp4lConf: "[global]\n" }];
const ptp4l = (second: number, text: string): string => `ptp4l[${second}.100]: [ptp4l.0.config:6] ${text}`;
const port = (second: number, text: string): string => ptp4l(second, `port 1 (ens1f0): ${text}`);
const offset = (second: number, ns: number): string => ptp4l(second, `master offset ${ns} s2 freq +1 path delay 500`);
const follows = (second: number): readonly string[] =>
  second === 0 ? [port(0, "UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"), offset(0, 3)] : [offset(second, 3)];

test("a clock that follows its source raises no alert", options, (t) => {
  expectAlerts(t, { profiles: ordinary, says: follows, seconds: 1200 }, { 5: {}, 10: {}, 20: {} });
});

test("an offset beyond the profile's thresholds, and back", options, (t) => {
  const isOff = (second: number): boolean => second >= 300 && second < 600;
  const says = (second: number) => (isOff(second) ? [offset(second, 150)] : follows(second));
  const alerts = { NodeOutOfPtpSync: 1, PtpOffsetOutOfRange: 1, HighPtpSyncOffset: 1 };
  expectAlerts(t, { profiles: ordinary, says, seconds: 900 }, { 5: {}, 9: alerts, 12: {} });
});

test("thresholds of a profile of its own: 150 ns are much, and good enough", options, (t) => {
  const [profile] = ordinary;
  const profiles = [{ ...profile, ptpClockThreshold: { maxOffsetThreshold: 1000, minOffsetThreshold: -1000 } }];
  const says = (second: number) => [...follows(second).slice(0, -1), offset(second, 150)];
  expectAlerts(t, { profiles, says, seconds: 600 }, { 5: { HighPtpSyncOffset: 1 }, 10: { HighPtpSyncOffset: 1 } });
});

test("a port without a cable: the clock runs free and the port is faulty", options, (t) => {
  const lost = (second: number) =>
    second === 300 ? [port(300, "SLAVE to FAULTY on FAULT_DETECTED (FT_UNSPECIFIED)")] : [ptp4l(second, "x")];
  const says = (second: number) => (second < 300 ? follows(second) : lost(second));
  const alerts = { NodeOutOfPtpSync: 1, PtpPortFaulty: 1 };
  expectAlerts(t, { profiles: ordinary, says, seconds: 900 }, { 4: {}, 9: alerts });
});

test("a program that ends again and again, and one that stays away", options, (t) => {
  // Of ptp4l itself nothing comes then: time goes on by itself.
  const tick = (second: number) => JSON.stringify({ t: second, source: "tick" });
  const told = (second: number, up: 0 | 1) => `ptp4l[${second}]:[ptp4l.0.config] PTP_PROCESS_STATUS:${up}`;
  const flaps = (second: number): readonly string[] => {
    if (second === 0) return [told(0, 1), ...follows(0)];
    if (second < 300) return follows(second);
    if (second % 60 === 0) return [told(second, 0)];
    return second % 60 === 1 ? [told(second, 1)] : [];
  };
  const says = (second: number) => [
    ...(second < 900 ? flaps(second) : second === 900 ? [told(900, 0)] : []),
    tick(second),
  ];
  const flapping = { NodeOutOfPtpSync: 1, PtpProcessFlapping: 1 };
  const seen = { 4: {}, 12: flapping, 19: { ...flapping, PtpProcessDown: 1 } };
  expectAlerts(t, { profiles: ordinary, says, seconds: 1200 }, seen);
});

test("a ptp4l that does not answer: nobody knows how the clock is", options, (t) => {
  const silence = (second: number) => {
    const observations = [{ kind: "silent", detail: "no answer" }];
    return JSON.stringify({ t: second, source: "management", process: "ptp4l.0", observations });
  };
  const says = (second: number) => (second < 300 ? follows(second) : [silence(second)]);
  const alerts = { NodeOutOfPtpSync: 1, PtpClockStateUnknown: 1 };
  expectAlerts(t, { profiles: ordinary, says, seconds: 900 }, { 5: {}, 11: alerts });
});

const grandmaster = [
  {
    name: "gm",
    ptp4lOpts: "-2",
    ptp4lConf: "[global]\n[ens1f0]\nserverOnly 1\n",
    ts2phcOpts: "-m",
    ts2phcConf: "[nmea]\nts2phc.master 1\n[global]\n[ens1f0]\nts2phc.extts_correction 0\n",
    ptpSettings: {
      clockType: "T-GM",
      "clockId[ens1f0]": "1",
      LocalHoldoverTimeout: "1440",
      LocalMaxHoldoverOffSet: "90",
      MaxInSpecOffset: "100",
    },
  },
];

/** A second of a grandmaster's hardware: with satellites, or in the holdover of its DPLL. */
function grandmasterSays(second: number, hasGnss: boolean): readonly string[] {
  const interfaceName = "ens1f0";
  const told = (source: string, status: object) =>
    JSON.stringify({
      t: second,
      source,
      process: "ts2phc.0",
      status: { kind: `${source}-status`, interfaceName, ...status },
    });
  const lock = hasGnss ? 3 : 4;
  return [
    ...(second === 0 ? [port(0, "LISTENING to GRAND_MASTER on RS_GRAND_MASTER")] : []),
    told("gnss", { fix: hasGnss ? 3 : 0, offsetNs: 5, state: "UNKNOWN" }),
    told("dpll", { frequencyStatus: lock, phaseStatus: lock, ppsAvailable: hasGnss, offsetNs: 2, state: "UNKNOWN" }),
    `ts2phc[${second}.100]: [ts2phc.0.config:6] ens1f0 master offset -3 s2 freq +15`,
  ];
}

test(
  "a grandmaster with satellites raises no alert; without, it tells of the loss, and of the end of holdover",
  options,
  (t) => {
    const says = (second: number) => grandmasterSays(second, second < 300 || second >= 2400);
    // The grandmaster, its DPLL and its ptp4l hold over together; the receiver cannot.
    const lost = { NodeOutOfPtpSync: 4, PtpClockClassDegraded: 1, PtpGnssLost: 1 };
    const ending = { ...lost, PtpHoldoverEnding: 3 };
    expectAlerts(t, { profiles: grandmaster, says, seconds: 3000 }, { 5: {}, 8: lost, 25: ending, 35: lost, 45: {} });
  },
);

const recordings = fileURLToPath(new URL("../../packages/agent/src/replay/testing/recorded/", import.meta.url));
const recorded = fileURLToPath(new URL("../../../shared/data/daemon/logs/daemon-tbc-run2.log.gz", import.meta.url));
const recordedOptions = existsSync(recorded) ? options : { skip: "no ../shared beside this checkout" };

test(
  "a recorded T-BC that lost its source twice for half a minute: its class is told, nothing else",
  recordedOptions,
  (t) => {
    const begunS = 1_306_902;
    const linesBySecond = new Map<number, string[]>();
    let second = 0;
    for (const line of gunzipSync(readFileSync(recorded)).toString("utf8").split("\n")) {
      const [, uptime] = /^\w+\[(\d{7})\.\d+\]:/.exec(line) ?? [];
      if (uptime !== undefined) second = Math.max(second, Number(uptime) - begunS);
      linesBySecond.set(second, [...(linesBySecond.get(second) ?? []), line]);
    }
    const text = readFileSync(join(recordings, "telecom-boundary-clock/worker-1"), "utf8");
    const profiles = JSON.parse(text) as ReplayedNode["profiles"];
    const says = (at: number) => linesBySecond.get(at) ?? [];
    expectAlerts(t, { profiles, says, seconds: second }, { 1: {}, 2: {}, 3: { PtpClockClassDegraded: 1 } });
  },
);
